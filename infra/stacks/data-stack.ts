import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb'
import { Key } from 'aws-cdk-lib/aws-kms'
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  HttpMethods,
  ObjectOwnership,
  StorageClass,
} from 'aws-cdk-lib/aws-s3'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import { PROJECTION, TABLES } from '#data/schema.ts'
import { accept } from '../constructs/nag.ts'
import { nameOf, type Platform, PlatformStack } from '../constructs/platform.ts'
import { pascal } from '../constructs/queues.ts'

/** Everything that outlives a deployment: tables, media, the key of the auth state and the platform secret. */
export class DataStack extends PlatformStack {
  readonly main: Table
  readonly session: Table
  readonly media: Bucket
  readonly authKey: Key
  readonly platformSecret: Secret
  /** What CloudFront shows the origins, so that they know a request passed it. */
  readonly frontSecret: Secret

  constructor(scope: Construct, platform: Platform) {
    super(scope, platform, 'data')
    this.main = this.table('main')
    this.session = this.table('session')
    accept(this.session, 'DDB3', 'an old ratchet state would break every conversation: it is never restored')
    this.media = this.mediaBucket()
    this.authKey = this.key()
    this.platformSecret = this.secret(
      'PlatformSecret',
      'Root of the keys that hash tokens, sign sessions and cursors and encrypt stored secrets',
      'rotating it would end every token and session at once; docs/runbook.md has the procedure',
    )
    this.frontSecret = this.secret(
      'FrontSecret',
      'Shows the APIs that a request came through CloudFront',
      'CloudFront takes a new value with a deployment only; docs/decisions/0013 has the procedure',
    )
  }

  /** A table exactly as the schema describes it; only the main one may be restored to a point in time. */
  private table(name: keyof typeof TABLES): Table {
    const { stream, ttl, local, global } = TABLES[name]
    const table = new Table(this, pascal(name), {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      timeToLiveAttribute: ttl,
      stream: stream ? StreamViewType.NEW_IMAGE : undefined,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: name === 'main' },
      deletionProtection: this.platform.settings.production,
      removalPolicy: RemovalPolicy.RETAIN,
    })
    for (const index of local) {
      table.addLocalSecondaryIndex({
        indexName: index.name,
        sortKey: { name: index.sortKey, type: AttributeType.STRING },
        projectionType: ProjectionType[PROJECTION.local],
      })
    }
    for (const index of global) {
      table.addGlobalSecondaryIndex({
        indexName: index.name,
        partitionKey: { name: index.partitionKey, type: AttributeType.STRING },
        sortKey: { name: index.sortKey, type: AttributeType.STRING },
        projectionType: ProjectionType[PROJECTION.global],
      })
    }
    return table
  }

  private mediaBucket(): Bucket {
    const bucket = new Bucket(this, 'Media', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
      // Browsers put files straight into the bucket with a presigned form or URL: the signature is the permission.
      cors: [
        {
          allowedOrigins: ['*'],
          allowedMethods: [HttpMethods.GET, HttpMethods.PUT, HttpMethods.POST],
          allowedHeaders: ['*'],
          exposedHeaders: ['ETag'],
          maxAge: 3600,
        },
      ],
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(7), noncurrentVersionExpiration: Duration.days(30) },
        // What a caller asked to be downloaded is fetched at once or never.
        { prefix: 'downloads/', expiration: Duration.days(1) },
        { transitions: [{ storageClass: StorageClass.INTELLIGENT_TIERING, transitionAfter: Duration.days(30) }] },
      ],
    })
    accept(bucket, 'S1', 'access logs would keep presigned URLs with their signatures; CloudTrail data events do not')
    return bucket
  }

  private key(): Key {
    return new Key(this, 'AuthKey', {
      alias: nameOf(this.platform, 'auth'),
      description: 'Encrypts the data keys of the WhatsApp auth state, bound to tenant and device',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    })
  }

  private secret(id: string, description: string, whyKept: string): Secret {
    const secret = new Secret(this, id, {
      description,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: RemovalPolicy.RETAIN,
    })
    accept(secret, 'SMG4', whyKept)
    return secret
  }
}
