import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { Stage } from 'aws-cdk-lib'
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { contentHash } from '../bundling/content-hash.ts'
import { linkFolder } from '../bundling/link.ts'

/**
 * The code of a function from its bundle's folder. The CDK would read every folder and copy it into the assembly: 800 MB here,
 * nearly all of it the same libraries over and over. It takes an asset that is already in its place as it is, so the folder is
 * put there with links, under the name the CDK gives it.
 */
export const codeAsset = (scope: Construct, folder: string): AssetCode => {
  const assetHash = contentHash(folder)
  const name = `asset.${createHash('sha256').update(assetHash).digest('hex')}`
  const assembly = Stage.of(scope)?.assetOutdir
  const staged = assembly && path.join(assembly, name)
  if (staged && !existsSync(staged)) linkFolder(folder, staged)
  return Code.fromAsset(folder, { assetHash })
}
