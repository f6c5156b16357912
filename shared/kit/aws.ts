import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { KMSClient } from '@aws-sdk/client-kms'
import { S3Client } from '@aws-sdk/client-s3'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SESv2Client } from '@aws-sdk/client-sesv2'
import { SQSClient } from '@aws-sdk/client-sqs'
import { undiciHttpHandler, withoutExtras } from './aws-http.ts'
import { lazy } from './lazy.ts'
import { requestSigner } from './request-signer.ts'

// One export each, so that a function's bundle holds the clients it uses and no others. Region, credentials and endpoints come
// from the environment.

const requestHandler = lazy(() => undiciHttpHandler() as unknown as DynamoDBClientConfig['requestHandler'])

/** DynamoDB. The steps of a command are put together once, not for every call: nothing adds to them later. */
export const dynamodbClient = lazy(() => {
  const client: DynamoDBClient = new DynamoDBClient({
    maxAttempts: 5,
    cacheMiddleware: true,
    requestHandler: requestHandler(),
    signer: requestSigner(() => client.config.credentials()),
  })
  return withoutExtras(client)
})

/** SQS. Message digests are not checked: the connection is encrypted, and each check costs a hash per message. */
export const sqsClient = lazy(() => {
  const client: SQSClient = new SQSClient({
    maxAttempts: 5,
    md5: false,
    requestHandler: requestHandler(),
    signer: requestSigner(() => client.config.credentials()),
  })
  return withoutExtras(client)
})

/** S3. */
export const s3Client = lazy(() => new S3Client({}))
/** KMS. */
export const kmsClient = lazy(() => new KMSClient({}))
/** Secrets Manager. */
export const secretsClient = lazy(() => new SecretsManagerClient({}))
/** SES, for mails to users. */
export const mailClient = lazy(() => new SESv2Client({}))
/** EventBridge. */
export const eventsClient = lazy(() => new EventBridgeClient({}))
