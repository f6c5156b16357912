import { execFile } from 'node:child_process'

const OLDEST = 17

const NEEDED = `Java ${OLDEST} or later is needed to run DynamoDB Local`

/** What to do without Java, in one line for the person who started the stack. */
export const JAVA_MISSING = `${NEEDED}; install it and put "java" on the PATH.`

/** The major version in what `java -version` prints; before Java 9 it was the second number. */
const majorOf = (output: string): number | undefined => {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(output) ?? []
  return first === undefined ? undefined : Number(first === '1' ? second : first)
}

/**
 * Throws one line when there is no Java, or one that is too old: known at once, while DynamoDB Local itself would tell only
 * beside everything else that starts. A version that cannot be read is left to it.
 */
export const requireJava = async (java = 'java'): Promise<void> => {
  const output = await new Promise<string>((resolve, reject) => {
    execFile(java, ['-version'], { timeout: 20_000 }, (error, stdout, stderr) => {
      const absent =
        error !== null && (typeof error.code === 'string' || /Unable to locate a Java Runtime/.test(stderr))
      if (absent) reject(new Error(JAVA_MISSING))
      else resolve(`${stdout}${stderr}`)
    })
  })
  const major = majorOf(output)
  if (major !== undefined && major < OLDEST) {
    throw new Error(`${NEEDED}, and "${java}" is Java ${major}; put a newer one on the PATH.`)
  }
}
