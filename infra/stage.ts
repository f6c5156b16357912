import { Annotations, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { Code } from './bundle.ts'
import type { Catalogue } from './catalogue.ts'
import { EVENT_PIPE } from './constructs/event-pipe.ts'
import type { Resources } from './constructs/grants.ts'
import { nameOf, type Platform } from './constructs/platform.ts'
import { assertOwnPrefixes, splitDomains, streamPatterns } from './routes.ts'
import type { Settings } from './settings.ts'
import { ApiStack } from './stacks/api-stack.ts'
import { DataStack } from './stacks/data-stack.ts'
import { FirewallStack } from './stacks/firewall-stack.ts'
import { MessagingStack } from './stacks/messaging-stack.ts'
import { ObservabilityStack } from './stacks/observability-stack.ts'
import { RunnerStack } from './stacks/runner-stack.ts'
import { STAGE, WebStack } from './stacks/web-stack.ts'
import { WorkersStack } from './stacks/workers-stack.ts'

/** All stacks of one copy of the product, each given what the ones before it made. */
export const addStacks = (scope: Construct, settings: Settings, catalogue: Catalogue, code: Code): Platform => {
  const platform: Platform = { settings, code, watched: { functions: [], deadQueues: [], workQueues: [] } }
  const data = new DataStack(scope, platform)
  const messaging = new MessagingStack(scope, platform, catalogue.events)
  const firewall = new FirewallStack(scope, platform)
  const { main, session, media, authKey, platformSecret, frontSecret } = data
  assertOwnPrefixes(catalogue.domains)
  const { whole, streaming } = splitDomains(catalogue.domains)
  const streamPaths = streaming.flatMap(streamPatterns)
  const web = new WebStack(scope, platform, { webAclArn: firewall.webAclArn, frontSecret, streamPaths })

  const { bus, commands, deliveries, mails } = messaging
  const mailSender = { from: settings.mailFrom }
  const sockets = { apiId: web.socketApi.ref, stage: STAGE }
  const secrets = { authKey, platformSecret, frontSecret }
  const stores: Partial<Resources> = { main, session, media, ...secrets, bus, commands, deliveries, mails, mailSender }
  const { publicUrl } = web
  const runner = new RunnerStack(scope, platform, { resources: stores, publicUrl })
  const resources: Partial<Resources> = { ...stores, sockets, fleet: runner.fleet }
  new ApiStack(scope, platform, { whole, streaming, web, resources })
  new WorkersStack(scope, platform, {
    catalogue,
    data,
    messaging,
    socketApiId: web.socketApi.ref,
    resources,
    publicUrl,
  })
  new ObservabilityStack(scope, platform, {
    httpApiId: web.httpApi.apiId,
    streamApiName: web.streamApi?.name,
    tables: [main.tableName, session.tableName],
    fleet: runner.fleet,
    pipeName: nameOf(platform, EVENT_PIPE),
  })
  for (const stack of scope.node.findAll().filter(Stack.isStack)) refuseDeployment(stack, code.undeployable)
  return platform
}

/** The CDK shows an error of a stack and does not deploy it; what is noted at the app it keeps to itself. */
const refuseDeployment = (stack: Stack, reasons: readonly string[]): void => {
  for (const reason of reasons) Annotations.of(stack).addError(reason)
}
