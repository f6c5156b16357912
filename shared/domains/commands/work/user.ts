import { z } from 'zod'

/** Questions about people. JIDs are without device part. */
export const userWork = [
  z.object({ type: z.literal('users.check'), phones: z.array(z.string()) }),
  z.object({ type: z.literal('users.info'), jids: z.array(z.string()) }),
  /** Everything about one person at once. */
  z.object({ type: z.literal('users.profile'), jid: z.string() }),
  z.object({ type: z.literal('users.devices'), jids: z.array(z.string()) }),
  /** The other address of a person; the LID of a phone number is asked of WhatsApp when it is not known. */
  z.object({ type: z.literal('users.lid'), jid: z.string() }),
  z.object({
    type: z.literal('users.avatar'),
    jid: z.string(),
    preview: z.boolean(),
    /** The JID is a community's. */
    community: z.boolean().optional(),
    /** A group that the device and the person are members of. */
    commonGroup: z.string().optional(),
    /** Code of an invitation to the group whose picture is asked for. */
    inviteCode: z.string().optional(),
    /** Persona of a bot. */
    personaId: z.string().optional(),
  }),
  z.object({ type: z.literal('users.business-profile'), jid: z.string() }),
] as const
