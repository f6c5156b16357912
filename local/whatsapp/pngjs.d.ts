// pngjs ships no types; only its synchronous reader is used here.
declare module 'pngjs' {
  export class PNG {
    width: number
    height: number
    /** RGBA, four bytes per pixel. */
    data: Buffer
    static sync: { read(file: Buffer): PNG }
  }
}
