/** Bytes of the input file that cross between the threads at once. */
export const BLOCK_BYTES = 512 * 1024

/** What the shared word says: the worker waits, the bytes are there, they could not be read. */
export const WAITING = 0
export const READY = 1
export const BROKEN = 2

/** What a worker starts with: the compiled program, the size of the input file, and the memory both threads see. */
export type Setup = { program: object; sizeBytes: number; words: SharedArrayBuffer; block: SharedArrayBuffer }

/** One call of the program. The input file is called `in`; `outputs` are the files it writes. */
export type Task = { tool: 'ffmpeg' | 'ffprobe'; args: string[]; outputs: string[] }

/** What came of a task. `outputs` are the files that it wrote; `log` the end of what it said. */
export type TaskResult = { code: number; outputs: Record<string, Uint8Array>; log: string }

/** What the worker says: it wants a part of the input, or has finished a task. */
export type FromWorker = { kind: 'read'; from: number; length: number } | { kind: 'done'; result: TaskResult }
