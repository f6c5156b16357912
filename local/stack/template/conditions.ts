import { type Intrinsics, isRecord, resolveIntrinsics } from './intrinsics.ts'

/** Whether a condition expression of a template holds. Throws an error naming an unknown condition function. */
export function conditionHolds(expression: unknown, scope: Intrinsics): boolean {
  if (!isRecord(expression)) return expression === true || expression === 'true'
  const name = Object.keys(expression)[0] ?? ''
  const argument = expression[name]
  const list = Array.isArray(argument) ? argument : [argument]
  switch (name) {
    case 'Condition':
      return scope.condition(String(argument))
    case 'Fn::Equals':
      return String(resolveIntrinsics(list[0], scope)) === String(resolveIntrinsics(list[1], scope))
    case 'Fn::Not':
      return !conditionHolds(list[0], scope)
    case 'Fn::And':
      return list.every((item) => conditionHolds(item, scope))
    case 'Fn::Or':
      return list.some((item) => conditionHolds(item, scope))
    default:
      throw new Error(`the template uses condition function ${name}, which the local stack does not know`)
  }
}
