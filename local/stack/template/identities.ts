/**
 * How a resource type is named: which property holds its physical name, what `Ref` gives and what its attributes are.
 * Patterns may use {name}, {logicalId}, {region}, {account} and {hash}; anything else is literal.
 */
export type Identity = {
  nameProperty?: string
  /** Default name when the template gives none. */
  name?: string
  arn?: string
  /** Pattern `Ref` gives; the name when absent. */
  ref?: string
  attributes?: Record<string, string>
}

const arn = (service: string, rest: string, ref?: string): Identity => ({
  arn: `arn:aws:${service}:{region}:{account}:${rest}`,
  ...(ref === undefined ? {} : { ref }),
})

const byArn = (service: string, rest: string, nameProperty: string): Identity => ({
  ...arn(service, rest, '{arn}'),
  nameProperty,
})

const named = (service: string, rest: string, nameProperty: string): Identity => ({
  ...arn(service, rest),
  nameProperty,
})

const table: Identity = {
  ...named('dynamodb', 'table/{name}', 'TableName'),
  // The emulator makes its own stream label; the host finds the stream by the table's name in this ARN.
  attributes: { StreamArn: 'arn:aws:dynamodb:{region}:{account}:table/{name}/stream/local' },
}

const identities: Record<string, Identity> = {
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::SQS::Queue': {
    ...named('sqs', '{name}', 'QueueName'),
    ref: '{sqs}/{account}/{name}',
    attributes: { QueueName: '{name}', QueueUrl: '{sqs}/{account}/{name}' },
  },
  'AWS::S3::Bucket': {
    nameProperty: 'BucketName',
    name: '{lower}',
    arn: 'arn:aws:s3:::{name}',
    attributes: {
      DomainName: '{name}.s3.amazonaws.com',
      RegionalDomainName: '{name}.s3.{region}.amazonaws.com',
    },
  },
  'AWS::Lambda::Function': named('lambda', 'function:{name}', 'FunctionName'),
  'AWS::Lambda::LayerVersion': byArn('lambda', 'layer:{name}:1', 'LayerName'),
  'AWS::KMS::Key': { ...arn('kms', 'key/{name}'), name: '{uuid}', attributes: { KeyId: '{name}' } },
  'AWS::KMS::Alias': named('kms', '{name}', 'AliasName'),
  'AWS::SecretsManager::Secret': {
    ...byArn('secretsmanager', 'secret:{name}-{hash6}', 'Name'),
    attributes: { Id: '{arn}' },
  },
  'AWS::SSM::Parameter': named('ssm', 'parameter{name}', 'Name'),
  'AWS::Events::EventBus': { ...named('events', 'event-bus/{name}', 'Name'), attributes: { Name: '{name}' } },
  'AWS::Events::Rule': named('events', 'rule/{name}', 'Name'),
  'AWS::Events::Archive': named('events', 'archive/{name}', 'ArchiveName'),
  'AWS::Events::Connection': named('events', 'connection/{name}', 'Name'),
  'AWS::Pipes::Pipe': named('pipes', 'pipe/{name}', 'Name'),
  'AWS::Scheduler::Schedule': named('scheduler', 'schedule/default/{name}', 'Name'),
  'AWS::Scheduler::ScheduleGroup': named('scheduler', 'schedule-group/{name}', 'Name'),
  'AWS::SNS::Topic': {
    ...byArn('sns', '{name}', 'TopicName'),
    attributes: { TopicName: '{name}', TopicArn: '{arn}' },
  },
  'AWS::ApiGatewayV2::Api': {
    name: '{hash10}',
    attributes: { ApiId: '{name}', ApiEndpoint: 'https://{name}.execute-api.{region}.amazonaws.com' },
  },
  'AWS::ApiGatewayV2::Stage': { nameProperty: 'StageName' },
  'AWS::ApiGatewayV2::Integration': { name: '{hash10}' },
  'AWS::ApiGatewayV2::Route': { name: '{hash10}' },
  'AWS::ApiGateway::RestApi': {
    name: '{hash10}',
    attributes: { RestApiId: '{name}', RootResourceId: '{name}-root' },
  },
  'AWS::ApiGateway::Resource': { name: '{hash10}', attributes: { ResourceId: '{name}' } },
  'AWS::ApiGateway::Deployment': { name: '{hash10}', attributes: { DeploymentId: '{name}' } },
  'AWS::ApiGateway::Stage': { nameProperty: 'StageName' },
  'AWS::CloudFront::Distribution': { name: '{hash10}', attributes: { DomainName: '{front}', Id: '{name}' } },
  'AWS::CloudFront::Function': {
    arn: 'arn:aws:cloudfront::{account}:function/{name}',
    nameProperty: 'Name',
    ref: '{arn}',
    attributes: { FunctionARN: '{arn}', 'FunctionMetadata.FunctionARN': '{arn}' },
  },
  'AWS::CloudFront::OriginAccessControl': { name: '{hash10}', attributes: { Id: '{name}' } },
  'AWS::CloudFront::CachePolicy': { name: '{hash10}', attributes: { Id: '{name}' } },
  'AWS::CloudFront::OriginRequestPolicy': { name: '{hash10}', attributes: { Id: '{name}' } },
  'AWS::CloudFront::ResponseHeadersPolicy': { name: '{hash10}', attributes: { Id: '{name}' } },
  'AWS::WAFv2::WebACL': { ...arn('wafv2', 'global/webacl/{name}/{hash10}'), nameProperty: 'Name' },
  'AWS::ECS::Cluster': named('ecs', 'cluster/{name}', 'ClusterName'),
  'AWS::ECS::TaskDefinition': byArn('ecs', 'task-definition/{name}:1', 'Family'),
  'AWS::ECS::Service': {
    ...byArn('ecs', 'service/{cluster}/{name}', 'ServiceName'),
    attributes: { Name: '{name}', ServiceArn: '{arn}' },
  },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    arn: 'arn:aws:iam::{account}:role/{name}',
    attributes: { RoleId: 'AROA{hash10}' },
  },
  'AWS::IAM::ManagedPolicy': {
    nameProperty: 'ManagedPolicyName',
    arn: 'arn:aws:iam::{account}:policy/{name}',
    ref: '{arn}',
    attributes: { PolicyArn: '{arn}' },
  },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    arn: 'arn:aws:logs:{region}:{account}:log-group:{name}:*',
  },
  'AWS::CloudWatch::Alarm': named('cloudwatch', 'alarm:{name}', 'AlarmName'),
  'AWS::EC2::VPC': { name: 'vpc-{hash10}', attributes: { VpcId: '{name}', CidrBlock: '10.0.0.0/16' } },
  'AWS::EC2::Subnet': { name: 'subnet-{hash10}', attributes: { SubnetId: '{name}', AvailabilityZone: '{region}a' } },
  'AWS::EC2::SecurityGroup': { name: 'sg-{hash10}', ref: '{name}', attributes: { GroupId: '{name}' } },
}

/** The identity of a resource type; types without an entry are named by their logical id and have no ARN form of their own. */
export function identityOf(type: string): Identity {
  return identities[type] ?? {}
}
