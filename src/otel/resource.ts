import type { Resource } from '@opentelemetry/resources';
import { randomUuid } from '../runtime/uuid.js';

/** Tells processes of a service apart, which share all else. The SDK's own detector makes another one at each call. */
let instanceId: string | undefined;

/**
 * What the environment says about the service: `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`; which of its processes this is, and the SDK's own name.
 * The package is loaded at the call, as an unconfigured logger loads no package.
 */
export function environmentResource(): Resource {
  const { defaultResource, detectResources, envDetector, resourceFromAttributes } =
    require('@opentelemetry/resources') as typeof import('@opentelemetry/resources');
  instanceId ??= randomUuid();
  return defaultResource()
    .merge(resourceFromAttributes({ 'service.instance.id': instanceId }))
    .merge(detectResources({ detectors: [envDetector] }));
}
