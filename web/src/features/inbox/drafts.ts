const name = (user: number, id: number): string => `draft ${user} ${id}`

/** What the user began to write in a conversation; it lives as long as the tab. */
export const readDraft = (user: number, id: number): string => sessionStorage.getItem(name(user, id)) ?? ''

/** Keeps what the user began to write; an empty text forgets it. */
export const keepDraft = (user: number, id: number, text: string): void => {
  if (text.trim() === '') sessionStorage.removeItem(name(user, id))
  else sessionStorage.setItem(name(user, id), text)
}
