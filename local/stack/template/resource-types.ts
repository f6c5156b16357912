/** What stands in locally for a resource type, or why nothing has to. */
type LocalCounterpart = { local: string } | { none: string }

const local = (what: string): LocalCounterpart => ({ local: what })
const none = (why: string): LocalCounterpart => ({ none: why })

const permissions = none('permissions are enforced from the role policies inside each worker')
const network = none('everything listens on the loopback address')
const observability = none('nothing reads metrics locally; logs are files')
const schemas = none('schemas are for people and code generators: docs/events.md shows the same')
const partOfApi = local('part of the API it belongs to')
const partOfFront = local('part of the distribution it belongs to')

const types: Record<string, LocalCounterpart> = {
  'AWS::DynamoDB::Table': local('table in DynamoDB Local'),
  'AWS::DynamoDB::GlobalTable': local('table in DynamoDB Local'),
  'AWS::SQS::Queue': local('queue in the SQS emulator'),
  'AWS::SQS::QueuePolicy': permissions,
  'AWS::SNS::Topic': none('topics only carry alarms'),
  'AWS::SNS::Subscription': none('topics only carry alarms'),
  'AWS::SNS::TopicPolicy': permissions,
  'AWS::S3::Bucket': local('bucket in the S3 emulator'),
  'AWS::S3::BucketPolicy': permissions,
  'AWS::KMS::Key': local('key in the KMS emulator'),
  'AWS::KMS::Alias': local('alias in the KMS emulator'),
  'AWS::SecretsManager::Secret': local('secret in the Secrets Manager emulator'),
  'AWS::SecretsManager::ResourcePolicy': permissions,
  'AWS::SecretsManager::RotationSchedule': none('generated secrets are made anew with the data folder'),
  'AWS::SSM::Parameter': local('value resolved from the template'),
  'AWS::Lambda::Function': local('worker thread'),
  'AWS::Lambda::Version': local('the function itself'),
  'AWS::Lambda::Alias': local('the function itself'),
  'AWS::Lambda::Permission': local('checked for every function an API leads to'),
  'AWS::Lambda::EventSourceMapping': local('poller'),
  'AWS::Lambda::EventInvokeConfig': local('retry policy of asynchronous invocations'),
  'AWS::Lambda::LayerVersion': none('bundles carry what they need'),
  'AWS::Pipes::Pipe': local('stream reader'),
  'AWS::Events::EventBus': local('event bus'),
  'AWS::Events::EventBusPolicy': permissions,
  'AWS::Events::Rule': local('rule of the event bus'),
  'AWS::Events::Archive': none('replays are an operator action on AWS'),
  'AWS::EventSchemas::Registry': schemas,
  'AWS::EventSchemas::Schema': schemas,
  'AWS::Scheduler::Schedule': local('timer'),
  'AWS::Scheduler::ScheduleGroup': local('name in front of its schedules'),
  'AWS::ApiGatewayV2::Api': local('HTTP or WebSocket API'),
  'AWS::ApiGatewayV2::Route': partOfApi,
  'AWS::ApiGatewayV2::Integration': partOfApi,
  'AWS::ApiGatewayV2::IntegrationResponse': partOfApi,
  'AWS::ApiGatewayV2::RouteResponse': partOfApi,
  'AWS::ApiGatewayV2::Stage': partOfApi,
  'AWS::ApiGatewayV2::Deployment': partOfApi,
  'AWS::ApiGateway::RestApi': local('REST API'),
  'AWS::ApiGateway::Resource': partOfApi,
  'AWS::ApiGateway::Method': partOfApi,
  'AWS::ApiGateway::Deployment': partOfApi,
  'AWS::ApiGateway::Stage': partOfApi,
  'AWS::ApiGateway::Account': observability,
  'AWS::ApiGateway::GatewayResponse': partOfApi,
  'AWS::CloudFront::Distribution': local('public front'),
  'AWS::CloudFront::Function': local('code run in a sandboxed context'),
  'AWS::CloudFront::ResponseHeadersPolicy': partOfFront,
  'AWS::CloudFront::CachePolicy': partOfFront,
  'AWS::CloudFront::OriginRequestPolicy': partOfFront,
  'AWS::CloudFront::OriginAccessControl': permissions,
  'AWS::CloudFront::CloudFrontOriginAccessIdentity': permissions,
  'AWS::CloudFront::MonitoringSubscription': observability,
  'AWS::WAFv2::WebACL': none('nobody attacks the loopback address'),
  'AWS::WAFv2::WebACLAssociation': none('nobody attacks the loopback address'),
  'AWS::WAFv2::LoggingConfiguration': observability,
  'AWS::ECS::Cluster': local('name of a group of child processes'),
  'AWS::ECS::ClusterCapacityProviderAssociations': none('child processes need no capacity'),
  'AWS::ECS::TaskDefinition': local('command line and environment of a child process'),
  'AWS::ECS::Service': local('supervised child processes'),
  'AWS::ApplicationAutoScaling::ScalableTarget': none('the number of runners is a command line flag'),
  'AWS::ApplicationAutoScaling::ScalingPolicy': none('the number of runners is a command line flag'),
  'AWS::IAM::Role': local('policies enforced inside each worker'),
  'AWS::IAM::Policy': local('policies enforced inside each worker'),
  'AWS::IAM::ManagedPolicy': local('policies enforced inside each worker'),
  'AWS::IAM::RolePolicy': local('policies enforced inside each worker'),
  'AWS::IAM::InstanceProfile': permissions,
  'AWS::IAM::ServiceLinkedRole': permissions,
  'AWS::Logs::LogGroup': local('log file'),
  'AWS::Logs::MetricFilter': observability,
  'AWS::Logs::QueryDefinition': observability,
  'AWS::Logs::ResourcePolicy': observability,
  'AWS::Logs::SubscriptionFilter': observability,
  'AWS::CloudWatch::Alarm': observability,
  'AWS::CloudWatch::CompositeAlarm': observability,
  'AWS::CloudWatch::AnomalyDetector': observability,
  'AWS::CloudWatch::Dashboard': observability,
  'AWS::XRay::Group': observability,
  'AWS::XRay::SamplingRule': observability,
  'AWS::Budgets::Budget': none('a laptop has no bill'),
  'AWS::CE::AnomalyMonitor': none('a laptop has no bill'),
  'AWS::CE::AnomalySubscription': none('a laptop has no bill'),
  'AWS::Backup::BackupPlan': none('the data folder can be copied'),
  'AWS::Backup::BackupSelection': none('the data folder can be copied'),
  'AWS::Backup::BackupVault': none('the data folder can be copied'),
  'AWS::EC2::VPC': network,
  'AWS::EC2::Subnet': network,
  'AWS::EC2::Route': network,
  'AWS::EC2::RouteTable': network,
  'AWS::EC2::SubnetRouteTableAssociation': network,
  'AWS::EC2::InternetGateway': network,
  'AWS::EC2::EgressOnlyInternetGateway': network,
  'AWS::EC2::VPCGatewayAttachment': network,
  'AWS::EC2::VPCCidrBlock': network,
  'AWS::EC2::SecurityGroup': network,
  'AWS::EC2::SecurityGroupIngress': network,
  'AWS::EC2::SecurityGroupEgress': network,
  'AWS::EC2::VPCEndpoint': network,
  'AWS::EC2::FlowLog': network,
  'AWS::EC2::NatGateway': network,
  'AWS::EC2::EIP': network,
  'AWS::Route53::RecordSet': network,
  'AWS::CertificateManager::Certificate': network,
  'AWS::CDK::Metadata': none('usage statistics of the CDK'),
  'Custom::CDKBucketDeployment': local('folder served as the bucket'),
  'Custom::S3AutoDeleteObjects': none('buckets go with the data folder'),
  'Custom::VpcRestrictDefaultSG': network,
  'Custom::CrossRegionExportWriter': local('export between stacks'),
  'Custom::CrossRegionExportReader': local('import between stacks'),
  'Custom::AWS': none('an API call made once at deployment'),
  'AWS::CloudFormation::CustomResource': none('set-up runs when the local stack starts'),
  'AWS::CloudFormation::WaitConditionHandle': none('a CDK no-op'),
}

/** The counterpart of a resource type, or undefined when the local stack cannot stand in for it. */
function counterpartOf(type: string): LocalCounterpart | undefined {
  return types[type] ?? (type.startsWith('Custom::') ? none('set-up runs when the local stack starts') : undefined)
}

/**
 * The one line that stops the start when a template holds resources the local stack cannot stand in for, or undefined
 * when it can stand in for all.
 */
export function unsupportedTypesMessage(types: Iterable<string>): string | undefined {
  const missing = [...new Set(types)].filter((type) => counterpartOf(type) === undefined).sort()
  if (missing.length === 0) return undefined
  return `no local counterpart for ${missing.join(', ')}: add it to local/stack/template/resource-types.ts`
}
