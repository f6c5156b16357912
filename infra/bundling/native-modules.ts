import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { linkFolder } from './link.ts'

const SHARED = ['sharp', '@img/colour', 'detect-libc', 'semver']
const builds = (target: string): string[] => [`@img/sharp-${target}`, `@img/sharp-libvips-${target}`]

/** The build sharp needs on Lambda (ARM64), and the one of the machine the local stack runs on. */
const LAMBDA = 'linux-arm64'
const HOST = `${process.platform}-${process.arch}`

/** Puts sharp with its prebuilt libraries for this machine into a bundle's folder. */
export const placeSharp = (root: string, bundleDir: string): void => {
  const modules = path.join(root, 'node_modules')
  for (const name of [...SHARED, ...builds(HOST).filter((name) => existsSync(path.join(modules, name)))]) {
    place(modules, name, bundleDir)
  }
}

/**
 * Puts sharp's libraries for Lambda into the bundles' folders. npm installs the host's build only, so the other one is fetched
 * once for each version into `cacheDir`. Returns a warning when that could not be done: the bundles then work here but must not be deployed.
 */
export const placeSharpForLambda = (root: string, cacheDir: string, bundleDirs: string[]): string | undefined => {
  if (HOST === LAMBDA || bundleDirs.length === 0) return undefined
  const version = versionOf(root)
  const ofVersion = path.join(cacheDir, version)
  const modules = path.join(ofVersion, 'node_modules')
  if (!existsSync(path.join(modules, builds(LAMBDA)[0]!)) && !install(ofVersion, version)) {
    return `sharp for ${LAMBDA} could not be installed: this assembly runs locally but must not be deployed`
  }
  for (const directory of bundleDirs) for (const name of builds(LAMBDA)) place(modules, name, directory)
  return undefined
}

const place = (modules: string, name: string, bundleDir: string): void =>
  linkFolder(path.join(modules, name), path.join(bundleDir, 'node_modules', name))

const versionOf = (root: string): string =>
  (JSON.parse(readFileSync(path.join(root, 'node_modules/sharp/package.json'), 'utf8')) as { version: string }).version

const install = (directory: string, version: string): boolean => {
  const target = ['--os=linux', '--cpu=arm64', '--libc=glibc']
  const args = ['install', '--prefix', directory, '--no-save', '--no-audit', '--no-fund', ...target, `sharp@${version}`]
  return spawnSync('npm', args, { stdio: 'ignore', timeout: 60_000 }).status === 0
}
