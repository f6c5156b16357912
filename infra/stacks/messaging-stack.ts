import { Duration } from 'aws-cdk-lib'
import { EventBus } from 'aws-cdk-lib/aws-events'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { MAX_RECEIVES } from '#domains/deliveries/schedule.ts'
import type { EventDefinition } from '#kit/define-event.ts'
import { eventSchemas } from '../constructs/event-schemas.ts'
import { nameOf, type Platform, PlatformStack } from '../constructs/platform.ts'
import { deadLetterQueue, workQueue } from '../constructs/queues.ts'

/** Seconds within which a delivery attempt must end; the queue hides a record six times as long. */
const DELIVERY_TIMEOUT_SECONDS = 30

/** The ways things travel: the event bus with its archive and schemas, the command queue of each shard, and the delivery queue. */
export class MessagingStack extends PlatformStack {
  readonly bus: EventBus
  readonly commands: Queue[]
  readonly commandsDead: Queue
  readonly deliveries: Queue
  readonly mails: Queue

  constructor(scope: Construct, platform: Platform, events: readonly EventDefinition[]) {
    super(scope, platform, 'messaging')
    this.bus = new EventBus(this, 'Bus', { eventBusName: nameOf(platform, 'events') })
    this.bus.archive('Archive', {
      archiveName: nameOf(platform, 'events'),
      description: 'Events of the last two weeks, to be replayed to subscribers',
      eventPattern: { source: ['switchboard'] },
      retention: Duration.days(14),
    })
    eventSchemas(this, platform, events)
    this.commandsDead = this.commandsDeadQueue()
    this.commands = Array.from({ length: platform.settings.shardCount }, (_, shard) => this.commandQueue(shard))
    this.deliveries = this.deliveryQueue()
    this.mails = this.mailQueue()
  }

  /** A job answers the callers of commands that nobody could carry out; what even it cannot work on stays in a last queue. */
  private commandsDeadQueue(): Queue {
    return workQueue(this, this.platform, 'commands-dead', {
      visibilityTimeout: Duration.minutes(3),
      retentionPeriod: Duration.days(14),
      dead: deadLetterQueue(this, this.platform, 'commands-dead-unhandled', true),
      maxReceiveCount: 5,
      maxAgeSeconds: 600,
    })
  }

  private commandQueue(shard: number): Queue {
    return workQueue(this, this.platform, `commands-${shard}`, {
      // A task that dies holds back the groups of its messages for this long; a living one extends it.
      visibilityTimeout: Duration.seconds(30),
      retentionPeriod: Duration.days(4),
      dead: this.commandsDead,
      maxReceiveCount: 10,
      maxAgeSeconds: 120,
    })
  }

  private deliveryQueue(): Queue {
    return workQueue(this, this.platform, 'deliveries', {
      visibilityTimeout: Duration.seconds(6 * DELIVERY_TIMEOUT_SECONDS),
      retentionPeriod: Duration.days(14),
      dead: deadLetterQueue(this, this.platform, 'deliveries-dead', true),
      maxReceiveCount: MAX_RECEIVES,
    })
  }

  /** A mail that SES does not take is tried again every three minutes for a day; one that ran out by then is dropped. */
  private mailQueue(): Queue {
    return workQueue(this, this.platform, 'mails', {
      visibilityTimeout: Duration.minutes(3),
      retentionPeriod: Duration.days(4),
      dead: deadLetterQueue(this, this.platform, 'mails-dead', true),
      maxReceiveCount: 480,
      // A code is worth nothing after ten minutes: somebody has to know well before.
      maxAgeSeconds: 300,
    })
  }
}
