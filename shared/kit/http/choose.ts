import type { Operation } from '../define-operation.ts'
import { type Presented, presentedCredentials } from './authenticate.ts'
import type { HttpRequest } from './request.ts'

/**
 * Which of several documents' operations on one method and path a request means: the one whose credential it carries, and
 * where two accept the same kind, the one whose document the credential's form belongs to. Without any credential the first
 * one answers that it is missing.
 */
export const chooseOperation = (variants: Operation[], request: HttpRequest): Operation => {
  const [first] = variants
  if (!first) throw new Error('a route has at least one operation')
  if (variants.length === 1) return first
  const presented = presentedCredentials(request)
  const accepted = (operation: Operation, one: Presented): boolean => operation.auth.includes(one.kind)
  const meant = variants.find((operation) =>
    presented.some((one) => accepted(operation, one) && one.document === operation.system),
  )
  return meant ?? variants.find((operation) => presented.some((one) => accepted(operation, one))) ?? first
}
