import { describe, expect, test } from 'vitest'
import { box, film } from '#test/harness/film.ts'
import { readMp4 } from './mp4.ts'

const read = (file: Buffer) => {
  let bytes = 0
  const range = async (from: number, length: number): Promise<Buffer> => {
    const part = file.subarray(from, from + length)
    bytes += part.length
    return part
  }
  return { facts: readMp4(range, file.length), bytesRead: () => bytes }
}

describe('an MP4 file', () => {
  test.each([true, false])(
    'tells codecs, size and length, wherever its description lies (last: %s)',
    async (moovLast) => {
      const { facts, bytesRead } = read(film(['avc1', 'mp4a'], { moovLast }))
      expect(await facts).toEqual({ codecs: ['avc1', 'mp4a'], width: 640, height: 360, seconds: 12 })
      expect(bytesRead()).toBeLessThan(2000)
    },
  )

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['no boxes', Buffer.alloc(100, 0xff)],
    ['a box that ends after the file', Buffer.concat([Buffer.from([0, 0, 255, 255]), Buffer.from('moov')])],
    ['no description', box('mdat', Buffer.alloc(100))],
    ['boxes without end', Buffer.alloc(1000)],
  ])('that is %s gives nothing', async (_what, file) => {
    expect(await read(file).facts).toBeUndefined()
  })

  test('whose description is cut short gives what there is', async () => {
    const whole = film(['avc1'])
    const cut = Buffer.concat([whole.subarray(0, 24), box('moov', whole.subarray(40, 90))])
    expect((await read(cut).facts)?.codecs).toEqual([])
  })
})
