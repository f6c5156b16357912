import path from 'node:path'
import { Aws, CfnOutput, Duration, RemovalPolicy, SecretValue } from 'aws-cdk-lib'
import { CfnRestApi } from 'aws-cdk-lib/aws-apigateway'
import { CfnApi, CorsHttpMethod, HttpApi } from 'aws-cdk-lib/aws-apigatewayv2'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import { Distribution, HttpVersion, PriceClass, SecurityPolicyProtocol } from 'aws-cdk-lib/aws-cloudfront'
import { HttpOrigin, type HttpOriginProps, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3'
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import { CORS } from '#kit/http/cors.ts'
import { FRONT_HEADER } from '#kit/http/front.ts'
import { accept } from '../constructs/nag.ts'
import { nameOf, type Platform, PlatformStack } from '../constructs/platform.ts'
import { publicBehaviors } from './web/behaviors.ts'

/** Stage of the WebSocket API, and of the REST API that streams. */
export const STAGE = 'live'

/** Paths at which clients open sockets: ours for realtime events, and the Guide's for the pairing code. */
const SOCKET_PATHS = ['/ws', '/api/v1/devices/qr-code']

/**
 * The one public host. The APIs are made here as empty shells, and their routes and functions are added by later stacks:
 * that way functions can be told the public address without a circle between distribution, API and function.
 */
export class WebStack extends PlatformStack {
  readonly httpApi: HttpApi
  readonly socketApi: CfnApi
  /** The API whose answers stream; undefined while no operation does. */
  readonly streamApi: CfnRestApi | undefined
  readonly publicUrl: string
  readonly distribution: Distribution

  constructor(
    scope: Construct,
    platform: Platform,
    props: { webAclArn: string; frontSecret: ISecret; streamPaths: string[] },
  ) {
    super(scope, platform, 'web', { crossRegionReferences: true })
    const { settings } = platform
    this.httpApi = this.makeHttpApi()
    this.socketApi = new CfnApi(this, 'SocketApi', {
      name: nameOf(platform, 'sockets'),
      protocolType: 'WEBSOCKET',
      routeSelectionExpression: '$request.body.action',
    })
    this.streamApi = props.streamPaths.length > 0 ? this.makeStreamApi() : undefined
    const site = this.siteBucket()
    const { standard, additional } = publicBehaviors(this, {
      site: { origin: S3BucketOrigin.withOriginAccessControl(site) },
      api: { origin: this.origin(this.httpApi.apiId, props.frontSecret) },
      sockets: { origin: this.origin(this.socketApi.ref, props.frontSecret), paths: SOCKET_PATHS },
      streams: this.streamApi && {
        // The longest pause CloudFront allows without a raised quota: what streams has to say something in between.
        origin: this.origin(this.streamApi.ref, props.frontSecret, {
          originPath: `/${STAGE}`,
          readTimeout: Duration.seconds(120),
        }),
        paths: props.streamPaths,
      },
    })

    this.distribution = new Distribution(this, 'Distribution', {
      comment: nameOf(platform, 'public'),
      defaultRootObject: 'index.html',
      domainNames: settings.domainName ? [settings.domainName] : undefined,
      certificate: settings.certificateArn
        ? Certificate.fromCertificateArn(this, 'Certificate', settings.certificateArn)
        : undefined,
      webAclId: props.webAclArn,
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_ALL,
      minimumProtocolVersion: settings.certificateArn ? SecurityPolicyProtocol.TLS_V1_2_2021 : undefined,
      defaultBehavior: standard,
      additionalBehaviors: additional,
    })
    this.acceptFindings()
    this.publicUrl = `https://${settings.domainName ?? this.distribution.distributionDomainName}`
    this.deploySite(site)
    new CfnOutput(this, 'PublicUrl', { value: this.publicUrl, description: 'The address of dashboard and APIs' })
  }

  /** An API as an origin. What CloudFront sends with every request is how the functions know that it came through here. */
  private origin(apiId: string, secret: ISecret, options: HttpOriginProps = {}): HttpOrigin {
    const versionId = this.platform.settings.frontSecretVersion
    const shown = SecretValue.secretsManager(secret.secretArn, { versionId })
    return new HttpOrigin(`${apiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`, {
      ...options,
      // A reference that CloudFormation fills in: no template holds the value.
      customHeaders: { [FRONT_HEADER]: shown.unsafeUnwrap() },
    })
  }

  private makeHttpApi(): HttpApi {
    return new HttpApi(this, 'HttpApi', {
      apiName: nameOf(this.platform, 'http'),
      createDefaultStage: false,
      corsPreflight: {
        allowOrigins: ['*'],
        allowMethods: [CorsHttpMethod.ANY],
        allowHeaders: [...CORS.headers],
        exposeHeaders: [...CORS.exposed],
        maxAge: Duration.seconds(CORS.maxAgeSeconds),
      },
    })
  }

  /** An HTTP API cannot stream. Regional, so that this distribution is the only one in front of it. */
  private makeStreamApi(): CfnRestApi {
    const api = new CfnRestApi(this, 'StreamApi', {
      name: nameOf(this.platform, 'streams'),
      endpointConfiguration: { types: ['REGIONAL'] },
    })
    accept(api, 'APIG2', 'the kernel validates every request against the schemas of its operation')
    return api
  }

  private siteBucket(): Bucket {
    const bucket = new Bucket(this, 'Site', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
    })
    accept(bucket, 'S1', 'holds the published pages of the dashboard; requests for them come through CloudFront')
    return bucket
  }

  /**
   * The built dashboard. Files below `assets` are named by their content: browsers keep them, and those of earlier deployments
   * stay for pages that are still open. The page itself is asked for every time.
   */
  private deploySite(bucket: Bucket): void {
    const { pages } = this.platform.code
    const shared = { destinationBucket: bucket, prune: false, memoryLimit: 512 }
    const assets = new BucketDeployment(this, 'SiteAssets', {
      ...shared,
      sources: [Source.asset(path.join(pages, 'assets'))],
      destinationKeyPrefix: 'assets',
      cacheControl: [CacheControl.fromString('public, max-age=31536000, immutable')],
    })
    const page = new BucketDeployment(this, 'SiteFiles', {
      ...shared,
      sources: [Source.asset(pages, { exclude: ['assets'] })],
      cacheControl: [CacheControl.noCache()],
      distribution: this.distribution,
      distributionPaths: ['/', '/index.html', '/app', '/app/*'],
    })
    // A page is never seen before the files it names.
    page.node.addDependency(assets)
    const copier = this.node.children.find(({ node }) => node.id.startsWith('Custom::CDKBucketDeployment'))
    if (!copier) throw new Error('the CDK no longer makes the function that copies the pages under this name')
    const managed = 'arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'
    accept(copier, `IAM4[Policy::${managed}]`, 'the CDK makes this function, which runs during deployments only')
    accept(copier, 'L1', 'the CDK makes this function, which runs during deployments only')
  }

  private acceptFindings(): void {
    const { distribution } = this
    accept(distribution, 'CFR1', 'customers call the API from anywhere')
    const secrets = 'query strings carry documented credentials: the APIs log every request without its query instead'
    accept(distribution, 'CFR3', secrets)
    if (!this.platform.settings.certificateArn) {
      accept(distribution, 'CFR4', 'the certificate of cloudfront.net fixes the policy; a domain name brings TLS 1.2')
    }
  }
}
