import type { Resource } from '@opentelemetry/resources';

/**
 * What the environment says about the service: `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`, and the SDK's own name.
 * The package is loaded at the call, as an unconfigured logger loads no package.
 */
export function environmentResource(): Resource {
  const { defaultResource, detectResources, envDetector } =
    require('@opentelemetry/resources') as typeof import('@opentelemetry/resources');
  return defaultResource().merge(detectResources({ detectors: [envDetector] }));
}
