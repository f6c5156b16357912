import { AwsSolutionsChecks } from 'cdk-nag'
import { beforeAll, expect, test } from 'vitest'
import { ACCEPTED_WILDCARDS } from '#infra/constructs/wildcards.ts'
import { smallCatalogue, synthesise } from './fixture.ts'

type Finding = { rule: string; path: string }

const findingsOf = (settings: Record<string, string>): Finding[] => {
  const { app } = synthesise(smallCatalogue(), undefined, settings)
  const { violations } = new AwsSolutionsChecks().validateScope(app)
  return violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => ({ rule: ruleName, path: String(constructPath) })),
  )
}

const acceptedBy = ({ rule, path }: Finding): number => {
  const wildcard = /^AwsSolutions-IAM5\[(.*)\]$/.exec(rule)?.[1]
  return wildcard === undefined
    ? -1
    : ACCEPTED_WILDCARDS.findIndex(({ finding, where }) => finding.test(wildcard) && where.test(path))
}

let found: Finding[]

beforeAll(() => {
  found = findingsOf({})
})

test('every finding of the AWS Solutions rules is fixed or accepted with a reason', () => {
  expect(found.filter((finding) => acceptedBy(finding) < 0)).toEqual([])
})

test('and with a domain of its own in production as well', () => {
  const certificateArn = 'arn:aws:acm:us-east-1:111111111111:certificate/0'
  const production = findingsOf({ environment: 'prod', domainName: 'wa.example.org', certificateArn })
  expect(production.filter((finding) => acceptedBy(finding) < 0)).toEqual([])
})

test('and in a region other than the one CloudFront takes its web ACL from', () => {
  const elsewhere = findingsOf({ region: 'eu-central-1' })
  expect(elsewhere.filter((finding) => acceptedBy(finding) < 0)).toEqual([])
})

test('no accepted wildcard outlives the policy it was accepted for', () => {
  const used = new Set(found.map(acceptedBy))
  expect(ACCEPTED_WILDCARDS.filter((_, at) => !used.has(at))).toEqual([])
})
