const UNKNOWN = 'application/octet-stream'

/** Containers that say nothing about what is in them: office documents are ZIP or compound files. */
const CONTAINERS = new Set([UNKNOWN, 'application/zip', 'application/x-cfb'])

const OFFICE = 'application/vnd.openxmlformats-officedocument'

/** Types of documents that their content does not tell, by the end of the name. */
const BY_NAME: Record<string, string> = {
  txt: 'text/plain',
  csv: 'text/csv',
  html: 'text/html',
  json: 'application/json',
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
  ppt: 'application/vnd.ms-powerpoint',
  docx: `${OFFICE}.wordprocessingml.document`,
  xlsx: `${OFFICE}.spreadsheetml.sheet`,
  pptx: `${OFFICE}.presentationml.presentation`,
  apk: 'application/vnd.android.package-archive',
}

/**
 * The type a document is labelled with, by which a phone chooses what opens it: what the caller states, then what its origin
 * says, then its content. Where that is a mere container, its name decides.
 */
export const documentType = (facts: {
  stated?: string
  declared?: string
  detected?: string
  fileName?: string
}): string => {
  if (facts.stated) return facts.stated
  const said = facts.declared && facts.declared !== UNKNOWN ? facts.declared : (facts.detected ?? UNKNOWN)
  if (!CONTAINERS.has(said)) return said
  const ending = facts.fileName?.toLowerCase().split('.').pop() ?? ''
  return (Object.hasOwn(BY_NAME, ending) ? BY_NAME[ending] : undefined) ?? said
}
