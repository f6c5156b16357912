import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

const SHARED = ['sharp', '@img/colour', 'detect-libc', 'semver']
const builds = (target: string): string[] => [`@img/sharp-${target}`, `@img/sharp-libvips-${target}`]

/** The build sharp needs on Lambda (ARM64), and the one of the machine the local stack runs on. */
const LAMBDA = 'linux-arm64'
const HOST = `${process.platform}-${process.arch}`

/**
 * Puts sharp with its prebuilt libraries into a bundle's folder, for Lambda and for this machine. npm installs the host's
 * build only, so the other one is fetched once into `cacheDir`. Returns a warning when that could not be done: the bundle
 * then works here but must not be deployed.
 */
export const copySharp = (root: string, cacheDir: string, bundleDir: string): string | undefined => {
  const modules = path.join(root, 'node_modules')
  const copy = (from: string, name: string): void =>
    cpSync(path.join(from, name), path.join(bundleDir, 'node_modules', name), { recursive: true, dereference: true })
  for (const name of [...SHARED, ...builds(HOST).filter((name) => existsSync(path.join(modules, name)))]) {
    copy(modules, name)
  }
  if (HOST === LAMBDA) return undefined
  const other = path.join(cacheDir, 'node_modules')
  if (!existsSync(path.join(other, builds(LAMBDA)[0]!)) && !install(cacheDir, versionOf(modules))) {
    return `sharp for ${LAMBDA} could not be installed: this assembly runs locally but must not be deployed`
  }
  for (const name of builds(LAMBDA)) copy(other, name)
  return undefined
}

const versionOf = (modules: string): string =>
  (JSON.parse(readFileSync(path.join(modules, 'sharp/package.json'), 'utf8')) as { version: string }).version

const install = (directory: string, version: string): boolean => {
  const target = ['--os=linux', '--cpu=arm64', '--libc=glibc']
  const args = ['install', '--prefix', directory, '--no-save', '--no-audit', '--no-fund', ...target, `sharp@${version}`]
  return spawnSync('npm', args, { stdio: 'ignore', timeout: 60_000 }).status === 0
}
