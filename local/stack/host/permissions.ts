import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import type { Emulators } from '#local/aws/emulators.ts'
import { POLICY_FILE_VARIABLE, writePolicyFile } from '#local/aws/iam/policy-file.ts'
import { statementsOfRole } from '#local/aws/iam/statements.ts'
import { partitionKeysOf } from '../template/partition-keys.ts'
import type { ResolvedApp } from '../template/resolve.ts'

/** Variables and modules that make a process keep to its role's permissions. */
export type Permissions = { environment: Record<string, string>; preload: string[] }

/**
 * The module that holds a process to its policy, as one file of plain JavaScript: the source would bring Node's type
 * stripper (20 MB) into every task and thread, which the deployed ones do not have.
 */
async function bundlePreload(directory: string): Promise<string> {
  const outfile = path.join(directory, 'iam-preload.mjs')
  const source = fileURLToPath(new URL('../../aws/iam-preload.ts', import.meta.url))
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'error',
  })
  return pathToFileURL(outfile).href
}

/**
 * Gives the function that writes the policy of a role into a folder and says how a process is held to it. Each role is
 * written once.
 */
export function rolePermissions(
  app: ResolvedApp,
  emulators: Emulators,
  directory: string,
): (roleArn: string) => Promise<Permissions> {
  const written = new Map<string, Permissions>()
  const names = namesOf(app)
  let bundled: Promise<string> | undefined
  return async (roleArn) => {
    const known = written.get(roleArn)
    if (known !== undefined) return known
    bundled ??= bundlePreload(directory)
    const roleName = roleArn.split('/').at(-1)!
    const file = path.join(directory, `${roleName}.json`)
    const principal = `arn:aws:sts::${app.local.accountId}:assumed-role/${roleName}/local`
    writePolicyFile(file, { principal, statements: statementsOfRole(app.resources, roleArn), ...names }, emulators)
    const permissions = { environment: { [POLICY_FILE_VARIABLE]: file }, preload: [await bundled] }
    written.set(roleArn, permissions)
    return permissions
  }
}

/** What a request names differently from the ARN a policy holds. */
function namesOf(app: ResolvedApp) {
  const sockets = app
    .ofType('AWS::ApiGatewayV2::Api')
    .filter(({ properties }) => properties.ProtocolType === 'WEBSOCKET')
  return {
    ...(sockets.length === 1 && { socketApiId: sockets[0]!.name }),
    secrets: Object.fromEntries(app.ofType('AWS::SecretsManager::Secret').map(({ name, arn }) => [name, arn])),
    keyAliases: Object.fromEntries(
      app
        .ofType('AWS::KMS::Alias')
        .map(({ name, properties }) => [name, String(properties.TargetKeyId).split('/').at(-1)!]),
    ),
    partitionKeys: partitionKeysOf(app),
  }
}
