import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { S3Client } from '@aws-sdk/client-s3'
import { SQSClient } from '@aws-sdk/client-sqs'

/** Where the emulators answer and with what credentials. */
export type EmulatorAddress = {
  /** SDK environment variables by name. */
  endpoints: Record<string, string>
  region: string
  credentials: { accessKeyId: string; secretAccessKey: string }
}

/** SDK clients of the three stores, made for the emulators. */
export type StoreClients = { dynamodb: DynamoDBClient; sqs: SQSClient; s3: S3Client; destroy(): void }

/** Makes SDK clients that talk to the emulators whatever the environment says. */
export function storeClients(address: EmulatorAddress): StoreClients {
  const common = { region: address.region, credentials: address.credentials }
  const dynamodb = new DynamoDBClient({ ...common, endpoint: address.endpoints.AWS_ENDPOINT_URL_DYNAMODB! })
  const sqs = new SQSClient({ ...common, endpoint: address.endpoints.AWS_ENDPOINT_URL_SQS! })
  const s3 = new S3Client({ ...common, endpoint: address.endpoints.AWS_ENDPOINT_URL_S3!, forcePathStyle: true })
  return {
    dynamodb,
    sqs,
    s3,
    destroy: () => {
      dynamodb.destroy()
      sqs.destroy()
      s3.destroy()
    },
  }
}
