import { Aws, Duration } from 'aws-cdk-lib'
import { GatewayVpcEndpointAwsService, Peer, Port, SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2'
import { Platform as ImagePlatform } from 'aws-cdk-lib/aws-ecr-assets'
import {
  AvailabilityZoneRebalancing,
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  LogDrivers,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import type { Needs } from '#kit/resources.ts'
import { assetNames } from '../bundling/entries.ts'
import { type Fleet, grantsOf, type Resources } from '../constructs/grants.ts'
import { accept } from '../constructs/nag.ts'
import { nameOf, type Platform, PlatformStack } from '../constructs/platform.ts'
import { commonEnvironment, retainedLogs } from '../constructs/unit-function.ts'

/** What the session-runner uses. */
const RUNNER_NEEDS: Needs = {
  main: 'readWrite',
  session: 'readWrite',
  // It takes commands, and puts what it answers to calls into the device's own queue.
  commands: 'exchange',
  media: 'readWrite',
  authKey: 'use',
  platformSecret: 'read',
}

const HEALTH_PORT = 8080

/** Size of one task. At 1.7 GiB for a thousand devices, MAX_DEVICES leaves room for a burst and for a neighbour's shards. */
const TASK = { cpu: 1024, memoryMb: 4096, heapMb: 3072, maxDevices: 1000 }

/** The tasks that hold the WhatsApp connections. They have public addresses and no way in: no NAT gateway is paid for. */
export class RunnerStack extends PlatformStack {
  readonly fleet: Fleet

  constructor(scope: Construct, platform: Platform, props: { resources: Partial<Resources>; publicUrl: string }) {
    super(scope, platform, 'runner')
    const vpc = this.network()
    const clusterName = nameOf(platform, 'runner')
    const serviceName = nameOf(platform, 'runner')
    const cluster = new Cluster(this, 'Cluster', { vpc, clusterName, containerInsightsV2: ContainerInsights.ENABLED })
    const service = new FargateService(this, 'Service', {
      serviceName,
      cluster,
      taskDefinition: this.task(props, clusterName),
      assignPublicIp: true,
      vpcSubnets: { subnetType: SubnetType.PUBLIC },
      securityGroups: [this.outboundOnly(vpc)],
      // No desired count: the first deployment starts one task, and from then on the fleet scaler alone decides.
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
      // Rebalancing stops tasks to move them, and every stop makes its devices reconnect.
      availabilityZoneRebalancing: AvailabilityZoneRebalancing.DISABLED,
    })
    this.fleet = {
      clusterArn: cluster.clusterArn,
      clusterName,
      serviceName,
      serviceArn: service.serviceArn,
      maxDevices: TASK.maxDevices,
      // Two in production, so that the devices of a lost task find a running one.
      minTasks: platform.settings.production ? 2 : 1,
    }
  }

  private network(): Vpc {
    const vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: 'public', subnetType: SubnetType.PUBLIC, cidrMask: 20, mapPublicIpOnLaunch: false },
      ],
    })
    vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 })
    vpc.addGatewayEndpoint('DynamoDb', { service: GatewayVpcEndpointAwsService.DYNAMODB })
    accept(
      vpc,
      'VPC7',
      'nothing listens in this network, and flow logs of every media transfer would cost more than it tells',
    )
    return vpc
  }

  private outboundOnly(vpc: Vpc): SecurityGroup {
    const group = new SecurityGroup(this, 'Outbound', {
      vpc,
      description: 'Session runners call out and are never called',
      allowAllOutbound: false,
    })
    // WhatsApp and AWS speak TLS at 443; a device's proxy may listen at any port. A webhook never leaves from here.
    group.addEgressRule(Peer.anyIpv4(), Port.allTcp(), 'TLS to WhatsApp and AWS, and to the proxies of devices')
    return group
  }

  private task(
    props: { resources: Partial<Resources>; publicUrl: string },
    clusterName: string,
  ): FargateTaskDefinition {
    const { platform } = this
    const definition = new FargateTaskDefinition(this, 'Task', {
      family: nameOf(platform, 'runner'),
      cpu: TASK.cpu,
      memoryLimitMiB: TASK.memoryMb,
      runtimePlatform: { cpuArchitecture: CpuArchitecture.ARM64, operatingSystemFamily: OperatingSystemFamily.LINUX },
    })
    const grants = grantsOf(RUNNER_NEEDS, props.resources)
    for (const statement of grants.statements) definition.addToTaskRolePolicy(statement)
    definition.addToTaskRolePolicy(this.scaleInProtection(clusterName))
    definition.addContainer('session-runner', {
      image: ContainerImage.fromAsset(platform.code.directoryOf(assetNames.runner), {
        platform: ImagePlatform.LINUX_ARM64,
      }),
      // Otherwise V8 lets the heap grow to a multiple of what is in use before it looks through all of it again: with 50 devices
      // that was 70 MB of what pairing had left behind. NODE_OPTIONS does not take this flag.
      command: ['node', '--heap-growing-percent=50', 'main.mjs'],
      // A task leaves its shards on SIGTERM; Fargate gives no more than 120 seconds for it.
      stopTimeout: Duration.seconds(120),
      healthCheck: {
        command: ['CMD', 'node', '-e', healthProbe],
        interval: Duration.seconds(15),
        timeout: Duration.seconds(5),
        retries: 4,
        startPeriod: Duration.seconds(30),
      },
      logging: LogDrivers.awsLogs({
        streamPrefix: 'runner',
        logGroup: retainedLogs(this, 'Logs', platform, 'session-runner'),
      }),
      environment: {
        ...commonEnvironment(platform, 'session-runner', props.publicUrl),
        ...grants.environment,
        WHATSAPP_URL: '',
        HEALTH_PORT: String(HEALTH_PORT),
        LEASE_TTL_MS: '15000',
        MAX_DEVICES: String(TASK.maxDevices),
        // Told in the heartbeats, so that the fleet grows before a task is full.
        TASK_MEMORY_MB: String(TASK.memoryMb),
        // Small young generations and two allocator arenas save 100 MB of resident memory with 50 devices and cost no time.
        NODE_OPTIONS: `--max-old-space-size=${TASK.heapMb} --max-semi-space-size=4`,
        MALLOC_ARENA_MAX: '2',
      },
    })
    accept(definition, 'ECS2', 'the variables name resources; secrets are read from Secrets Manager when needed')
    return definition
  }

  /** While a task holds leases it asks not to be chosen when the fleet shrinks. Tasks have no ARN before they start. */
  private scaleInProtection(clusterName: string): PolicyStatement {
    return new PolicyStatement({
      actions: ['ecs:GetTaskProtection', 'ecs:UpdateTaskProtection'],
      resources: [`arn:${Aws.PARTITION}:ecs:${Aws.REGION}:${Aws.ACCOUNT_ID}:task/${clusterName}/*`],
    })
  }
}

const healthProbe =
  "fetch('http://127.0.0.1:' + process.env.HEALTH_PORT + '/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"
