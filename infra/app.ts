import { parseArgs } from 'node:util'
import { App } from 'aws-cdk-lib'
import cdkJson from '../cdk.json' with { type: 'json' }
import { bundle } from './bundle.ts'
import { loadCatalogue } from './catalogue.ts'
import { readSettings } from './settings.ts'
import { addStacks } from './stage.ts'

/**
 * Synthesises the CloudFormation templates. Run by the CDK (`npx cdk synth -c environment=prod`) or by itself
 * (`node infra/app.ts --output DIR -c environment=dev`, into `cdk.out` unless told); needs neither an AWS account nor
 * Docker.
 */
const { values } = parseArgs({
  options: {
    output: { type: 'string', short: 'o' },
    context: { type: 'string', short: 'c', multiple: true, default: [] },
  },
})
const context = Object.fromEntries(values.context.map((pair) => pair.split(/=(.*)/s).slice(0, 2)))
/** The CDK's own variables and ours; context given on the command line goes first. */
const fromEnvironment: Record<string, string | undefined> = {
  environment: process.env.ENVIRONMENT,
  region: process.env.CDK_DEFAULT_REGION,
  skipMediaDownload: process.env.GLOBAL_SKIP_MEDIA_DOWNLOAD,
  echoApiMessages: process.env.ECHO_API_MESSAGES_ENABLED,
}
const app = new App({
  outdir: values.output ?? process.env.CDK_OUTDIR ?? 'cdk.out',
  context: { ...cdkJson.context, ...context },
})
const settings = readSettings((name) => app.node.tryGetContext(name) ?? fromEnvironment[name])

const catalogue = await loadCatalogue()
const isLocal = settings.environment === 'local'
const code = await bundle(catalogue, isLocal ? 'thisMachine' : 'deployment')
addStacks(app, settings, catalogue, code)
// Checking templates against CloudFormation's rules takes longer than making them, and the tests do it.
if (isLocal) process.env.CDK_VALIDATION ??= 'false'
app.synth()
