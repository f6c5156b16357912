import path from 'node:path'
import { createJsonClient, type JsonClient } from '../aws-calls/json-client.ts'
import { type BusEvent, EventBuses } from '../events/bus.ts'
import { TargetSender } from '../events/targets.ts'
import { Distribution } from '../http/distribution.ts'
import { HttpApi } from '../http/http-api.ts'
import type { Origin } from '../http/messages.ts'
import { RestApi } from '../http/rest-api.ts'
import { SiteBucket } from '../http/site.ts'
import { WebSocketApi } from '../http/websocket-api.ts'
import { type FunctionDefinition, functionDefinitions } from '../lambda/definition.ts'
import { type AsyncOutcome, LambdaFunction } from '../lambda/lambda-function.ts'
import type { ResolvedApp } from '../template/resolve.ts'
import { type AwsEnvironment, functionEnvironment, type LocalOverrides } from './environment.ts'
import type { Permissions } from './permissions.ts'

/** What the parts of a stack are made with. */
export type AssembleOptions = {
  app: ResolvedApp
  accessKeyId: string
  aws: AwsEnvironment
  overrides: LocalOverrides
  /** Variables and modules that make a process keep to its role's permissions. */
  permissionsOf: (roleArn: string) => Promise<Permissions>
  logDir: string
  verbose: boolean
  log: (line: string) => void
}

/** The parts of a stack that live in this process, not yet listening or polling. */
export type Parts = {
  clients: { sqs: JsonClient; dynamodb: JsonClient; streams: JsonClient }
  functions: Map<string, LambdaFunction>
  buses: EventBuses
  sender: TargetSender
  sockets: WebSocketApi[]
  distribution: Distribution
  /** Address of the first path that opens sockets, relative to the front. */
  socketPath: string
}

/** Makes functions, buses, APIs and the distribution from the resolved templates. */
export async function assemble(options: AssembleOptions): Promise<Parts> {
  const { app, aws } = options
  const access = { region: app.local.region, accessKeyId: options.accessKeyId }
  const clients = {
    sqs: createJsonClient('sqs', { ...access, endpoint: aws.AWS_ENDPOINT_URL_SQS! }),
    dynamodb: createJsonClient('dynamodb', { ...access, endpoint: aws.AWS_ENDPOINT_URL_DYNAMODB! }),
    streams: createJsonClient('streams', { ...access, endpoint: aws.AWS_ENDPOINT_URL_DYNAMODB! }),
  }
  const functions = new Map<string, LambdaFunction>()
  const sender: TargetSender = new TargetSender({
    sqs: clients.sqs,
    sqsUrl: app.local.sqsUrl,
    functions,
    putEvent: (bus, event) => buses.dispatch(bus, event as BusEvent),
    log: options.log,
  })
  for (const definition of functionDefinitions(app)) {
    functions.set(definition.name, await makeFunction(options, definition, sender))
  }
  const buses = new EventBuses(app, sender)
  const { distribution, sockets } = makeFront(app, functions)
  return { clients, functions, buses, sender, sockets, distribution, socketPath: socketPath(app) }
}

async function makeFunction(options: AssembleOptions, definition: FunctionDefinition, sender: TargetSender) {
  const { environment, preload } = await options.permissionsOf(definition.roleArn)
  return new LambdaFunction(definition, {
    worker: {
      environment: { ...functionEnvironment(definition, options.aws, options.overrides), ...environment },
      logFile: path.join(options.logDir, `${definition.name}.log`),
      verbose: options.verbose,
      preload,
    },
    onOutcome: (outcome) => settle(outcome, sender, options.log),
  })
}

/** Hands the outcome of an asynchronous invocation to the function's destinations and its dead-letter queue. */
async function settle(outcome: AsyncOutcome, sender: TargetSender, log: (line: string) => void): Promise<void> {
  const { definition, error, payload } = outcome
  const { onFailure, onSuccess, deadLetter } = definition.async
  if (error !== undefined) log(`${definition.name} failed after ${outcome.attempts} attempts: ${error.error.errorType}`)
  const destination = error === undefined ? onSuccess : onFailure
  try {
    if (destination !== undefined) await sender.send(destination, { body: JSON.stringify(destinationRecord(outcome)) })
    if (error !== undefined && deadLetter !== undefined) {
      const attributes = { ErrorCode: '200', ErrorMessage: error.error.errorMessage.slice(0, 1000) }
      await sender.send(deadLetter, { body: payload, attributes })
    }
  } catch (cause) {
    log(`${definition.name}: its outcome could not be delivered: ${String(cause)}`)
  }
}

/** The record a destination gets, as the Lambda service writes it. */
function destinationRecord({ definition, attempts, error, payload, result }: AsyncOutcome) {
  return {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      functionArn: `${definition.arn}:$LATEST`,
      condition: error === undefined ? 'Success' : 'RetriesExhausted',
      approximateInvokeCount: attempts,
    },
    requestPayload: JSON.parse(payload) as unknown,
    responseContext: {
      statusCode: 200,
      executedVersion: '$LATEST',
      ...(error !== undefined && { functionError: 'Unhandled' }),
    },
    responsePayload: error === undefined ? JSON.parse(result ?? 'null') : error.error,
  }
}

function makeFront(app: ResolvedApp, functions: Map<string, LambdaFunction>) {
  const origins = new Map<string, Origin | WebSocketApi>()
  const sockets: WebSocketApi[] = []
  const hostOf = (name: string) => `${name}.execute-api.${app.local.region}.amazonaws.com`
  for (const api of app.ofType('AWS::ApiGatewayV2::Api')) {
    if (api.properties.ProtocolType === 'WEBSOCKET') {
      const socketApi = new WebSocketApi(app, api, functions)
      sockets.push(socketApi)
      origins.set(hostOf(api.name), socketApi)
    } else origins.set(hostOf(api.name), new HttpApi(app, api, functions))
  }
  for (const api of app.ofType('AWS::ApiGateway::RestApi'))
    origins.set(hostOf(api.name), new RestApi(app, api, functions))
  const lookUp = (domainName: string): Origin | WebSocketApi => {
    const bucket = app
      .ofType('AWS::S3::Bucket')
      .find((item) => [item.attribute('DomainName'), item.attribute('RegionalDomainName')].includes(domainName))
    const origin = origins.get(domainName) ?? (bucket && new SiteBucket(app, bucket))
    if (origin === undefined) throw new Error(`the distribution's origin ${domainName} is nothing of this app`)
    origins.set(domainName, origin)
    return origin
  }
  const [resource, ...others] = app.ofType('AWS::CloudFront::Distribution')
  if (resource === undefined || others.length > 0) throw new Error('the app needs one distribution as its public front')
  return { distribution: new Distribution(app, resource, lookUp), sockets }
}

/** Path of the first behaviour that leads to a WebSocket API. */
function socketPath(app: ResolvedApp): string {
  const names = app
    .ofType('AWS::ApiGatewayV2::Api')
    .filter(({ properties }) => properties.ProtocolType === 'WEBSOCKET')
    .map(({ name }) => name)
  const config = app.ofType('AWS::CloudFront::Distribution')[0]?.properties.DistributionConfig as
    | {
        Origins?: { Id: string; DomainName: string }[]
        CacheBehaviors?: { PathPattern: string; TargetOriginId: string }[]
      }
    | undefined
  const origin = config?.Origins?.find(({ DomainName }) => names.includes(DomainName.split('.')[0]!))
  const behavior = config?.CacheBehaviors?.find(({ TargetOriginId }) => TargetOriginId === origin?.Id)
  return behavior === undefined ? '' : `/${behavior.PathPattern.replace(/^\//, '').replace(/\*.*$/, '')}`
}
