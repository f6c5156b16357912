import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/*
 * What `npm start` runs. The stack needs Node 24, which the package "node" brings along; this launcher has to run on
 * whatever Node the machine has, so it is plain JavaScript.
 */
const packaged = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url))
if (!existsSync(packaged)) {
  console.error('Node 24 is missing from node_modules: run "npm ci" first.')
  process.exit(1)
}

const main = fileURLToPath(new URL('./main.ts', import.meta.url))
const flags = ['--disable-warning=ExperimentalWarning']
// A process group of its own: signals reach it through this process only, once each. When this process is killed without a
// chance to pass anything on, the closing channel tells the stack to end.
const child = spawn(packaged, [...flags, main, ...process.argv.slice(2)], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  detached: true,
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('error', (error) => {
  console.error(error.message)
  process.exit(1)
})
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1))
