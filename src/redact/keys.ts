/**
 * Paths of credentials, for the option `redact`: what HTTP clients, cloud SDKs and configurations call their passwords, tokens and keys, at
 * any depth and however it is written. `*` stands for the beginning of a name: `**.*token` finds `accessToken` and `x-csrf-token`,
 * but not `prompt_tokens`.
 */
export const SECRET_KEYS: readonly string[] = Object.freeze([
  '**.*authorization',
  '**.*cookie',
  '**.cookies',
  '**.auth',
  '**.*password',
  '**.*passwd',
  '**.*passphrase',
  '**.*passcode',
  '**.pwd',
  '**.*token',
  '**.*jwt',
  '**.bearer',
  '**.*secret',
  '**.secrets',
  '**.*api-key',
  '**.*access-key',
  '**.*secret-key',
  '**.*private-key',
  '**.*encryption-key',
  '**.*signing-key',
  '**.*credential',
  '**.*credentials',
  '**.*connection-string',
  '**.x-amz-signature',
  '**.x-goog-signature',
  '**.pfx',
]);

/**
 * Paths of what people and models write to each other, for the option `redact`: FastChat's records, requests and answers of the OpenAI,
 * Anthropic and Gemini APIs, OpenTelemetry's GenAI attributes. Model, tokens and times are not among them.
 */
export const CONTENT_KEYS: readonly string[] = Object.freeze([
  '**.messages',
  '**.system_message',
  '**.system',
  '**.instructions',
  '**.system_instruction',
  '**.system_instructions',
  '**.prompt',
  '**.prompts',
  '**.completion',
  '**.content',
  '**.contents',
  '**.parts',
  '**.text',
  '**.output_text',
  '**.input',
  '**.output',
  '**.arguments',
  '**.reasoning',
  '**.reasoning_content',
  '**.thinking',
  '**.transcript',
]);

/** The lists that a word stands for, among the paths of an option or a variable. */
export const LISTS: Readonly<Record<string, readonly string[]>> = { SECRET_KEYS, CONTENT_KEYS };
