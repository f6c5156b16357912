import { z } from 'zod'
import { filterCriteriaSchema } from './filter.ts'

const streamParametersSchema = z.looseObject({
  BatchSize: z.coerce.number().default(100),
  ParallelizationFactor: z.coerce.number().default(1),
  OnPartialBatchItemFailure: z.string().default(''),
  MaximumRetryAttempts: z.coerce.number().default(-1),
  MaximumRecordAgeInSeconds: z.coerce.number().default(-1),
  DeadLetterConfig: z.looseObject({ Arn: z.string().optional() }).optional(),
})

/** The properties of `AWS::Pipes::Pipe` that have a meaning locally. */
export const pipeSchema = z.looseObject({
  Source: z.string(),
  SourceParameters: z
    .looseObject({
      FilterCriteria: filterCriteriaSchema,
      DynamoDBStreamParameters: streamParametersSchema.optional(),
    })
    .optional(),
  Enrichment: z.string().optional(),
  EnrichmentParameters: z.looseObject({ InputTemplate: z.string().optional() }).optional(),
  Target: z.string(),
  TargetParameters: z
    .looseObject({
      InputTemplate: z.string().optional(),
      EventBridgeEventBusParameters: z
        .looseObject({
          DetailType: z.string().default('Event from aws:dynamodb'),
          Source: z.string().optional(),
          Time: z.string().optional(),
          Resources: z.array(z.string()).optional(),
        })
        .optional(),
      SqsQueueParameters: z
        .looseObject({ MessageGroupId: z.string().optional(), MessageDeduplicationId: z.string().optional() })
        .optional(),
    })
    .optional(),
  DesiredState: z.string().default('RUNNING'),
})

/** A pipe of the templates. */
export type PipeProperties = z.infer<typeof pipeSchema>

/** How a pipe reads its stream; what the template leaves open has AWS' value. */
export function streamParameters(properties: PipeProperties) {
  return properties.SourceParameters?.DynamoDBStreamParameters ?? streamParametersSchema.parse({})
}
