import { RemovalPolicy } from 'aws-cdk-lib'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { Construct } from 'constructs'
import { nameOf, type Platform, PlatformStack } from '../constructs/platform.ts'
import { addAlarms } from './observability/alarms.ts'
import { addDashboard } from './observability/dashboard.ts'
import type { Observed } from './observability/observed.ts'

/** What operators look at and are told: the dashboard, the alarms, and the topic they go to. */
export class ObservabilityStack extends PlatformStack {
  constructor(scope: Construct, platform: Platform, observed: Observed) {
    super(scope, platform, 'observability')
    const topic = this.alarmTopic()
    addAlarms(this, platform, topic, observed)
    addDashboard(this, platform, observed)
  }

  private alarmTopic(): Topic {
    const key = new Key(this, 'AlarmKey', {
      description: 'Encrypts alarm notifications on their way',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    key.grantEncryptDecrypt(new ServicePrincipal('cloudwatch.amazonaws.com'))
    const topic = new Topic(this, 'Alarms', {
      topicName: nameOf(this.platform, 'alarms'),
      masterKey: key,
      enforceSSL: true,
    })
    const { alarmEmail } = this.platform.settings
    if (alarmEmail) topic.addSubscription(new EmailSubscription(alarmEmail))
    return topic
  }
}
