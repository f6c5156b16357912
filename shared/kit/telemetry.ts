import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics } from '@aws-lambda-powertools/metrics'
import type { Log } from './context.ts'
import { lazy } from './lazy.ts'
import { METRIC_NAMESPACE } from './metric-namespace.ts'

/**
 * Logger and metrics of this process. Traces are Lambda's own segments: the X-Ray SDK behind the tracer turns on async hooks at
 * import, which costs every promise of every request. Service name and level come from
 * POWERTOOLS_SERVICE_NAME and LOG_LEVEL.
 */
export const telemetry = lazy(() => ({
  logger: new Logger({}),
  // It would warn on every invocation that had nothing to measure.
  metrics: new Metrics({ namespace: METRIC_NAMESPACE, logger: { ...console, warn: () => undefined } }),
}))

/** The structured log of this process in the shape domain functions take. */
export const processLog = lazy((): Log => {
  const { logger } = telemetry()
  return {
    debug: (message, fields = {}) => logger.debug(message, fields),
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    error: (message, fields = {}) => logger.error(message, fields),
  }
})
