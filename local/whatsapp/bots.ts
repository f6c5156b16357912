import type { IqTable } from './iq.ts'
import { type BinaryNode, node } from './nodes.ts'

interface Bot {
  jid: string
  personaId: string
  name: string
  description: string
  category: string
  commands: { name: string; description: string }[]
  prompts: { emoji: string; text: string }[]
}

/** Bots that the network offers everybody. */
const BOTS: Bot[] = [
  {
    jid: '867051314767696@bot',
    personaId: '867051314767696$760019659443059',
    name: 'Meta AI',
    description: 'Ask anything',
    category: 'assistant',
    commands: [{ name: '/imagine', description: 'Draws a picture' }],
    prompts: [{ emoji: '🍲', text: 'Suggest a dinner' }],
  },
  {
    jid: '1061492271844689@bot',
    personaId: '1061492271844689$1',
    name: 'Sandbox Tutor',
    description: 'Explains things slowly',
    category: 'education',
    commands: [],
    prompts: [],
  },
]

const text = (tag: string, content: string): BinaryNode => node(tag, {}, Buffer.from(content))

/** The profile of a bot, as an answer about a user; nothing for whom it is no bot. */
export function botProfile(jid: string): BinaryNode | undefined {
  const bot = BOTS.find((each) => each.jid === jid)
  if (!bot) return undefined
  const commands = bot.commands.map(({ name, description }) =>
    node('command', {}, [text('name', name), text('description', description)]),
  )
  const prompts = bot.prompts.map((prompt) =>
    node('prompt', {}, [text('emoji', prompt.emoji), text('text', prompt.text)]),
  )
  const profile = node('profile', { persona_id: bot.personaId }, [
    text('name', bot.name),
    text('attributes', ''),
    text('description', bot.description),
    text('category', bot.category),
    node('commands', {}, [text('description', ''), ...commands]),
    node('prompts', {}, prompts),
  ])
  return node('bot', {}, [profile])
}

/** The list of bots. */
export const botRequests: IqTable = {
  'bot get bot': () => {
    const bots = BOTS.map(({ jid, personaId }) => node('bot', { jid, persona_id: personaId }))
    return [node('bot', { v: 2 }, [node('section', { type: 'all', name: 'All' }, bots)])]
  },
}
