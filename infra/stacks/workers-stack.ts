import { Aws, CfnOutput, Duration } from 'aws-cdk-lib'
import { CfnIntegration, CfnRoute, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2'
import { type EventBus, Match, Rule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { Job } from '#kit/define-job.ts'
import type { Subscriber } from '#kit/define-subscriber.ts'
import { assetNames } from '../bundling/entries.ts'
import type { Catalogue, Declared } from '../catalogue.ts'
import { eventPipe } from '../constructs/event-pipe.ts'
import type { Resources } from '../constructs/grants.ts'
import { accept } from '../constructs/nag.ts'
import { type Platform, PlatformStack } from '../constructs/platform.ts'
import { deadLetterQueue, pascal } from '../constructs/queues.ts'
import { unitFunction } from '../constructs/unit-function.ts'
import type { DataStack } from './data-stack.ts'
import type { MessagingStack } from './messaging-stack.ts'
import { STAGE } from './web-stack.ts'

/** What the functions of this stack are wired to. */
export type WorkersProps = {
  catalogue: Catalogue
  data: DataStack
  messaging: MessagingStack
  socketApiId: string
  resources: Partial<Resources>
  publicUrl: string
}

/** The part of a rule's pattern that says which event types it takes. */
const typesOf = (events: Subscriber['events']): string[] =>
  'allBut' in events ? Match.anythingBut(...events.allBut) : [...events]

/** Everything that works without a caller: subscribers of the bus, jobs, and the pipe that brings events to the bus. */
export class WorkersStack extends PlatformStack {
  private readonly props: WorkersProps
  private scheduler: Role | undefined

  constructor(scope: Construct, platform: Platform, props: WorkersProps) {
    super(scope, platform, 'workers')
    this.props = props
    for (const subscriber of props.catalogue.subscribers) this.subscriber(subscriber, props.messaging.bus)
    for (const job of props.catalogue.jobs) this.job(job)
  }

  /** A rule for the events it names, its function, and one dead-letter queue for both ways a delivery can fail. */
  private subscriber(declared: Declared<Subscriber>, bus: EventBus): void {
    const { value } = declared
    const name = assetNames.subscriber(declared)
    const dead = deadLetterQueue(this, this.platform, `${name}-dead`)
    const fn = unitFunction(this, this.platform, {
      ...this.common(value),
      name,
      tags: { 'switchboard:subscriber': value.name },
      onFailure: dead,
    })
    new Rule(this, `${pascal(name)}Rule`, {
      eventBus: bus,
      description: value.summary,
      eventPattern: { source: ['switchboard'], detailType: typesOf(value.events) },
      targets: [new LambdaTarget(fn, { deadLetterQueue: dead, retryAttempts: 20, maxEventAge: Duration.hours(6) })],
    })
  }

  private job(declared: Declared<Job>): void {
    const { value } = declared
    const name = assetNames.job(declared)
    const { trigger } = value
    const asynchronous = trigger.kind === 'schedule' || trigger.kind === 'manual'
    const fn = unitFunction(this, this.platform, {
      ...this.common(value),
      name,
      tags: { 'switchboard:job': value.name },
      onFailure: asynchronous ? deadLetterQueue(this, this.platform, `${name}-dead`) : undefined,
    })
    this.trigger(name, value, fn)
  }

  private trigger(name: string, { trigger, summary }: Job, fn: LambdaFunction): void {
    if (trigger.kind === 'schedule') this.schedule(name, summary, trigger.rate, fn)
    if (trigger.kind === 'queue') this.consume(this.props.messaging[trigger.queue], trigger.batchSize, fn)
    if (trigger.kind === 'pipe') this.pipe(fn)
    if (trigger.kind === 'socket') this.sockets(fn)
    if (trigger.kind === 'manual') {
      new CfnOutput(this, `${pascal(name)}Name`, { value: fn.functionName, description: summary })
    }
  }

  private common({ summary, needs, timeoutSeconds, memoryMb }: Job | Subscriber) {
    const { resources, publicUrl } = this.props
    return { description: summary.slice(0, 256), needs, resources, publicUrl, timeoutSeconds, memoryMb }
  }

  private consume(queue: Queue, batchSize: number, fn: LambdaFunction): void {
    fn.addEventSource(new SqsEventSource(queue, { batchSize, reportBatchItemFailures: true }))
  }

  private pipe(fn: LambdaFunction): void {
    eventPipe(this, this.platform, { table: this.props.data.main, enrichment: fn, bus: this.props.messaging.bus })
  }

  /** The clock of a job. Scheduler has one role for all jobs, which names each function. */
  private schedule(name: string, description: string, expression: string, fn: LambdaFunction): void {
    this.scheduler ??= new Role(this, 'SchedulerRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    })
    this.scheduler.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [fn.functionArn] }))
    new CfnSchedule(this, `${pascal(name)}Schedule`, {
      name: `${fn.stack.stackName}-${name}`.slice(0, 64),
      description: description.slice(0, 512),
      scheduleExpression: expression,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: fn.functionArn,
        roleArn: this.scheduler.roleArn,
        retryPolicy: { maximumRetryAttempts: 2, maximumEventAgeInSeconds: 300 },
      },
    })
  }

  /** Connection, disconnection and messages of the WebSocket API all go to one job, which knows which it is. */
  private sockets(fn: LambdaFunction): void {
    const apiId = this.props.socketApiId
    fn.addPermission('Sockets', {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: `arn:${Aws.PARTITION}:execute-api:${Aws.REGION}:${Aws.ACCOUNT_ID}:${apiId}/*/*`,
    })
    const integration = new CfnIntegration(this, 'SocketIntegration', {
      apiId,
      integrationType: 'AWS_PROXY',
      integrationUri: `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}:lambda:path/2015-03-31/functions/${fn.functionArn}/invocations`,
    })
    const stage = new CfnStage(this, 'SocketStage', { apiId, stageName: STAGE, autoDeploy: true })
    accept(stage, 'APIG1', 'an access log would keep the query of the connection, which carries a credential')
    for (const routeKey of ['$connect', '$disconnect', '$default']) {
      const route = new CfnRoute(this, `Socket${routeKey}`, {
        apiId,
        routeKey,
        authorizationType: 'NONE',
        target: `integrations/${integration.ref}`,
      })
      accept(route, 'APIG4', 'the function checks the token of the connection, as the documents describe it')
      stage.addResourceDependency(route)
    }
  }
}
