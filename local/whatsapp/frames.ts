/** Splits a byte stream into length-prefixed frames (three bytes, big-endian). Messages may hold any number of frames or parts of one. */
export class FrameReader {
  private rest: Buffer = Buffer.alloc(0)

  /** Adds bytes of the stream. */
  push(data: Buffer): void {
    this.rest = this.rest.length === 0 ? data : Buffer.concat([this.rest, data])
  }

  /** Takes `count` raw bytes off the front, or nothing while fewer are there. */
  take(count: number): Buffer | undefined {
    if (this.rest.length < count) return undefined
    const taken = this.rest.subarray(0, count)
    this.rest = this.rest.subarray(count)
    return taken
  }

  /** Bytes waiting, without taking them. */
  peek(count: number): Buffer | undefined {
    return this.rest.length < count ? undefined : this.rest.subarray(0, count)
  }

  /** The next whole frame, without its length. */
  next(): Buffer | undefined {
    if (this.rest.length < 3) return undefined
    const size = this.rest.readUIntBE(0, 3)
    if (this.rest.length < size + 3) return undefined
    const frame = this.rest.subarray(3, size + 3)
    this.rest = this.rest.subarray(size + 3)
    return frame
  }
}

/** A frame with its length before it. */
export function frameOf(payload: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(payload.length + 3)
  out.writeUIntBE(payload.length, 0, 3)
  out.set(payload, 3)
  return out
}
