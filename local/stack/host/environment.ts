import type { FunctionDefinition } from '../lambda/definition.ts'

/** What every process of the stack needs to reach the emulators. */
export type AwsEnvironment = Record<string, string>

/**
 * Variables of the templates that have another value on a laptop. A variable is only replaced where the template sets it,
 * except the root key of a WhatsApp network of our own, which a deployment never has.
 */
export type LocalOverrides = {
  /** Address of the WhatsApp network; undefined for the real one. */
  whatsappUrl: string | undefined
  /** Address of the sandbox network's control API; undefined when there is no sandbox network. */
  sandboxUrl?: string | undefined
  /** Root key that signs the certificates of that network. */
  whatsappRootKey: string | undefined
  /** Further variables, for tests. */
  extra: Record<string, string>
}

/** The template's environment with the local values of {@link LocalOverrides} in place. */
export function withOverrides(environment: Record<string, string>, overrides: LocalOverrides): Record<string, string> {
  const replace: Record<string, string> = {
    // On AWS a webhook to a private address would reach into the platform's network; here it is what people test with.
    ALLOW_PRIVATE_TARGETS: 'true',
    // Tasks have no network of their own: each takes a free port.
    HEALTH_PORT: '0',
    ...(overrides.whatsappUrl !== undefined && { WHATSAPP_URL: overrides.whatsappUrl }),
    ...(overrides.sandboxUrl !== undefined && { SANDBOX_URL: overrides.sandboxUrl }),
    ...overrides.extra,
  }
  const result = { ...environment }
  for (const [name, value] of Object.entries(replace)) {
    if (name in environment || name in overrides.extra) result[name] = value
  }
  if ('WHATSAPP_URL' in environment && overrides.whatsappRootKey !== undefined) {
    result.WHATSAPP_ROOT_KEY = overrides.whatsappRootKey
  }
  return result
}

/** The environment of a function: the template's, what the Lambda runtime sets, and the emulators' addresses. */
export function functionEnvironment(
  definition: FunctionDefinition,
  aws: AwsEnvironment,
  overrides: LocalOverrides,
): Record<string, string> {
  return {
    ...aws,
    ...withOverrides(definition.environment, overrides),
    TZ: 'UTC',
    LANG: 'en_US.UTF-8',
    PATH: process.env.PATH ?? '',
    _HANDLER: definition.handler,
    LAMBDA_TASK_ROOT: definition.directory,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    // Tracing looks for a parent; an unsampled one keeps it quiet.
    _X_AMZN_TRACE_ID: 'Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0',
  }
}
