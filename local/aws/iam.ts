import { type Condition, type ConditionContext, compileConditions, wildcard } from './iam/conditions.ts'
import type { Statement } from './iam/statements.ts'

/** One thing a caller wants to do. */
export type AccessRequest = { action: string; resource: string; context?: ConditionContext }

/** The outcome: `implicit` when nothing allows it, `explicit` when something forbids it. */
export type Decision = 'allowed' | 'implicit' | 'explicit'

/** Decides what the holder of some policies may do. */
export type Policy = { decide(request: AccessRequest): Decision }

type Rule = {
  deny: boolean
  action: (action: string) => boolean
  resource: (arn: string) => boolean
  condition: Condition | undefined
}

/** Decisions remembered at most; resources such as objects have unbounded names. */
const REMEMBERED = 5_000

/**
 * Compiles the statements of a role. Decides as IAM does for identity-based policies: an explicit deny wins, then an
 * allow, and what nobody mentions is denied. Throws for conditions it cannot evaluate.
 */
export function compilePolicy(statements: Statement[]): Policy {
  const rules = statements.map(compileRule)
  const byAction = new Map<string, Rule[]>()
  const remembered = new Map<string, Decision>()
  const rulesFor = (action: string): Rule[] => {
    const known = byAction.get(action)
    if (known) return known
    const found = rules.filter((rule) => rule.action(action))
    byAction.set(action, found)
    return found
  }
  return {
    decide({ action, resource, context }) {
      const key = `${action} ${resource}`
      const known = remembered.get(key)
      if (known) return known
      const applying = rulesFor(action).filter((rule) => rule.resource(resource))
      const holding = applying.filter((rule) => !rule.condition || rule.condition(context ?? {}))
      const decision = outcome(holding)
      // A condition looks at more than action and resource, so its outcome holds for one request only.
      if (applying.every((rule) => !rule.condition)) {
        if (remembered.size >= REMEMBERED) remembered.clear()
        remembered.set(key, decision)
      }
      return decision
    },
  }
}

function outcome(rules: Rule[]): Decision {
  if (rules.some((rule) => rule.deny)) return 'explicit'
  return rules.length > 0 ? 'allowed' : 'implicit'
}

function compileRule(statement: Statement): Rule {
  const { Effect, Action, NotAction, Resource, NotResource, Condition } = statement
  // Actions are compared without regard to case, resources exactly.
  const actions = (Action ?? NotAction ?? []).map((pattern) => wildcard(pattern.toLowerCase()))
  const resources = (Resource ?? NotResource ?? []).map(wildcard)
  return {
    deny: Effect === 'Deny',
    action: (action) => actions.some((pattern) => pattern.test(action.toLowerCase())) === (Action !== undefined),
    resource: (arn) => resources.some((pattern) => pattern.test(arn)) === (Resource !== undefined),
    condition: Condition && compileConditions(Condition),
  }
}
