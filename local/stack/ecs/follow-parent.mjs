/**
 * Preloaded into every child process: ends it when the stack is gone, also when that was killed without a chance to say
 * so. First by the signal a task is asked to stop with, then for good.
 */
const GRACE_MS = 10_000

process.channel?.unref()
process.once('disconnect', () => {
  setTimeout(() => process.exit(1), GRACE_MS).unref()
  process.kill(process.pid, 'SIGTERM')
})
