/**
 * DynamoDB Local shows an empty map inside a stream record as `{}`, an attribute value without a type, where DynamoDB shows
 * `{"M":{}}` (seen with version 3.3.0). Puts the type back, all the way down, so that functions get what AWS would give them.
 * An empty list is shown in the same way and comes back as a map: there is nothing in the record to tell them apart.
 */
export const restoreEmptyCollections = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(restoreAttribute)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, attribute]) => [name, restoreAttribute(attribute)]))
}

const restoreAttribute = (attribute: unknown): unknown => {
  if (typeof attribute !== 'object' || attribute === null) return attribute
  const [entry] = Object.entries(attribute)
  if (entry === undefined) return { M: {} }
  const [type, content] = entry
  return type === 'M' || type === 'L' ? { [type]: restoreEmptyCollections(content) } : attribute
}
