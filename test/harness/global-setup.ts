export { setupEmulators as setup } from '#local/aws/test-context.ts'
