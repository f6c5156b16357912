import { expect, test } from 'vitest'
import { metricLine } from './metrics.ts'

test('a line is what CloudWatch extracts a metric from, in total and split by its dimension', () => {
  expect(JSON.parse(metricLine('dev', 1_700_000_000_000, 'SendFailed', 3, 'no_session'))).toEqual({
    _aws: {
      Timestamp: 1_700_000_000_000,
      CloudWatchMetrics: [
        {
          Namespace: 'Switchboard',
          Dimensions: [['environment'], ['environment', 'reason']],
          Metrics: [{ Name: 'SendFailed', Unit: 'Count' }],
        },
      ],
    },
    environment: 'dev',
    reason: 'no_session',
    SendFailed: 3,
  })
})

test('a metric without a dimension is split by the environment alone', () => {
  const line = JSON.parse(metricLine('dev', 0, 'OwnerlessShards', 1))
  expect(line._aws.CloudWatchMetrics[0].Dimensions).toEqual([['environment']])
})
