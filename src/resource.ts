import { defaultResource, detectResources, envDetector, type Resource } from '@opentelemetry/resources';

/** What the environment says about the service: `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`, and the SDK's own name. */
export const environmentResource = (): Resource =>
  defaultResource().merge(detectResources({ detectors: [envDetector] }));
