import { copyFileSync, linkSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'

/** Puts a file in a second place: the same file on the disk where the disk can do that, a copy otherwise. */
export const linkFile = (from: string, to: string): void => {
  try {
    linkSync(from, to)
  } catch {
    copyFileSync(from, to)
  }
}

/**
 * Puts a folder with all it holds in a second place, its files as `linkFile` does. Symbolic links become what they point to, so
 * that the new folder stands for itself.
 */
export const linkFolder = (from: string, to: string): void => {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name)
    const target = path.join(to, entry.name)
    const isLink = entry.isSymbolicLink()
    if (entry.isDirectory() || (isLink && statSync(source).isDirectory())) linkFolder(source, target)
    else if (isLink) copyFileSync(source, target)
    else linkFile(source, target)
  }
}
