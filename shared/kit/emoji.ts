const SEGMENTS = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Pictures by themselves, keycaps (digit, selector, keycap sign) and flags of two regional letters. */
const EMOJI = /\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[\d#*]\uFE0F?\u20E3/u

/** Whether a text is one emoji, with whatever skin tone, selector or joined parts belong to it. */
export const isEmoji = (text: string): boolean => [...SEGMENTS.segment(text)].length === 1 && EMOJI.test(text)
