import type { StackProps } from 'aws-cdk-lib'
import { Stack, Tags } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { Code } from '../bundle.ts'
import type { Settings } from '../settings.ts'

/** What the observability stack watches, by the literal names the other stacks gave. */
type Watched = {
  functions: string[]
  deadQueues: string[]
  /** Queues and how old their oldest message may get. */
  workQueues: { name: string; maxAgeSeconds: number | undefined }[]
}

/** What every stack of one copy shares: its settings, the built code, and the list of things to watch. */
export type Platform = { settings: Settings; code: Code; watched: Watched }

/** The name of something of this copy, for example `switchboard-dev-media`. */
export const nameOf = (platform: Platform, part: string): string =>
  `switchboard-${platform.settings.environment}-${part}`

/** A stack of this copy: named, tagged, and protected from deletion in production. */
export class PlatformStack extends Stack {
  readonly platform: Platform

  constructor(scope: Construct, platform: Platform, part: string, props: StackProps = {}) {
    const { settings } = platform
    super(scope, nameOf(platform, part), {
      env: { region: settings.region },
      terminationProtection: settings.production,
      description: `Switchboard (${settings.environment}): ${part}`,
      ...props,
    })
    this.platform = platform
    Tags.of(this).add('switchboard:environment', settings.environment)
    Tags.of(this).add('switchboard:stack', part)
  }
}
