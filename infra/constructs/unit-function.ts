import { Duration, RemovalPolicy, Tags } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda'
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { Needs } from '#kit/resources.ts'
import { hasMediaTools } from '../bundling/media-tools.ts'
import { codeAsset } from './code-asset.ts'
import { grantsOf, type Resources } from './grants.ts'
import { nameOf, type Platform } from './platform.ts'
import { pascal } from './queues.ts'

/** The memory with which a function has a whole processor: conversions end sooner for the same price (AWS Lambda's documentation). */
const WHOLE_PROCESSOR_MB = 1769

/** What a function is made from. `name` is also the name of its bundle. */
export type UnitFunctionOptions = {
  name: string
  description: string
  needs: Needs
  resources: Partial<Resources>
  publicUrl: string
  timeoutSeconds?: number
  memoryMb?: number
  /** Tags, for tools that look a function up. */
  tags?: Record<string, string>
  /** Where an asynchronous invocation goes after its retries. */
  onFailure?: IQueue
}

/** Variables that every unit of code gets, whatever it needs. */
export const commonEnvironment = (platform: Platform, service: string, publicUrl: string): Record<string, string> => ({
  ENVIRONMENT: platform.settings.environment,
  PUBLIC_URL: publicUrl,
  LOG_LEVEL: platform.settings.logLevel,
  SHARD_COUNT: String(platform.settings.shardCount),
  ALLOW_PRIVATE_TARGETS: 'false',
  GLOBAL_SKIP_MEDIA_DOWNLOAD: platform.settings.skipMediaDownload,
  ECHO_API_MESSAGES_ENABLED: platform.settings.echoApiMessages,
  POWERTOOLS_SERVICE_NAME: service,
  POWERTOOLS_METRICS_NAMESPACE: 'Switchboard',
})

/** A log group that is kept as long as the settings say. `root` goes in front of its name. */
export const retainedLogs = (scope: Construct, id: string, platform: Platform, part: string, root = ''): LogGroup =>
  new LogGroup(scope, id, {
    logGroupName: `${root}/switchboard/${platform.settings.environment}/${part}`,
    retention: platform.settings.logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  })

/**
 * A Lambda function of one bundle: Node 24 on ARM64, traced, with a log group of its own and a role that holds exactly what
 * `needs` names.
 */
export const unitFunction = (scope: Construct, platform: Platform, options: UnitFunctionOptions): LambdaFunction => {
  const { name } = options
  const id = pascal(name)
  const functionName = nameOf(platform, name)
  platform.watched.functions.push(functionName)

  const logGroup = retainedLogs(scope, `${id}Logs`, platform, name)
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
  logGroup.grantWrite(role)
  const grants = grantsOf(options.needs, options.resources)
  for (const statement of grants.statements) role.addToPolicy(statement)

  const directory = platform.code.directoryOf(name)
  const fn = new LambdaFunction(scope, id, {
    functionName,
    description: options.description,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: codeAsset(scope, directory),
    handler: 'index.handler',
    role,
    logGroup,
    tracing: Tracing.ACTIVE,
    timeout: Duration.seconds(options.timeoutSeconds ?? 29),
    memorySize: options.memoryMb ?? (hasMediaTools(directory) ? WHOLE_PROCESSOR_MB : 1024),
    environment: { ...commonEnvironment(platform, name, options.publicUrl), ...grants.environment },
  })
  if (options.onFailure) {
    fn.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(1),
      onFailure: new SqsDestination(options.onFailure),
    })
  }
  for (const [key, value] of Object.entries(options.tags ?? {})) Tags.of(fn).add(key, value)
  return fn
}
