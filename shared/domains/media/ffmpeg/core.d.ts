// The package ships no types; this is what the worker uses of it.
declare module '@ffmpeg/core' {
  type Stream = { node: Node; position: number }
  type Node = { stream_ops: Record<string, unknown> }
  type Core = {
    FS: {
      ErrnoError: new (errno: number) => Error
      writeFile: (name: string, bytes: Uint8Array) => void
      readFile: (name: string) => Uint8Array
      unlink: (name: string) => void
      lookupPath: (name: string) => { node: Node }
    }
    exec: (...args: string[]) => number
    ffprobe: (...args: string[]) => number
    reset: () => void
    setLogger: (logger: (line: { message: string }) => void) => void
  }
  const create: (options: {
    instantiateWasm: (imports: object, done: (instance: object) => void) => object
  }) => Promise<Core>
  export default create
  export type { Core, Node, Stream }
}

// Node has it; the types know it only with those of a browser.
declare const WebAssembly: {
  compile: (bytes: Uint8Array) => Promise<object>
  instantiate: (program: object, imports: object) => Promise<object>
}
