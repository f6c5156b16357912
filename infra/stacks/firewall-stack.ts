import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2'
import type { Construct } from 'constructs'
import { nameOf, type Platform, PlatformStack } from '../constructs/platform.ts'

/**
 * Rules of the common set that only count. They look into bodies and queries, where our callers legitimately put texts of
 * any kind, URLs of webhooks and media, and files of megabytes; what is in them is checked by the operations' schemas.
 * API clients without a User-Agent are no attack either.
 */
const COUNT_ONLY = [
  'SizeRestrictions_BODY',
  'CrossSiteScripting_BODY',
  'GenericLFI_BODY',
  'GenericRFI_BODY',
  'EC2MetaDataSSRF_BODY',
  'GenericRFI_QUERYARGUMENTS',
  'SizeRestrictions_QUERYSTRING',
  'NoUserAgent_HEADER',
]

/** The web ACL of the distribution. CloudFront takes it from us-east-1 only, wherever everything else is. */
export class FirewallStack extends PlatformStack {
  readonly webAclArn: string

  constructor(scope: Construct, platform: Platform) {
    super(scope, platform, 'firewall', { env: { region: 'us-east-1' }, crossRegionReferences: true })
    const acl = new CfnWebACL(this, 'WebAcl', {
      name: nameOf(platform, 'public'),
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: visibility('all'),
      rules: [managedRules('AWSManagedRulesCommonRuleSet', 0, COUNT_ONLY), ...this.rateRules()],
    })
    this.webAclArn = acl.attrArn
  }

  /** A limit for everything, and a much lower one where passwords and codes could be guessed. */
  private rateRules(): CfnWebACL.RuleProperty[] {
    const limit = (name: string, priority: number, count: number, path?: string): CfnWebACL.RuleProperty => ({
      name,
      priority,
      action: { block: { customResponse: { responseCode: 429 } } },
      visibilityConfig: visibility(name),
      statement: {
        rateBasedStatement: {
          limit: count,
          aggregateKeyType: 'IP',
          scopeDownStatement: path
            ? {
                byteMatchStatement: {
                  fieldToMatch: { uriPath: {} },
                  positionalConstraint: 'STARTS_WITH',
                  searchString: path,
                  textTransformations: [{ priority: 0, type: 'URL_DECODE' }],
                },
              }
            : undefined,
        },
      },
    })
    return [
      limit('RatePerAddress', 1, this.platform.settings.rateLimit),
      limit('RatePerAddressOnAuth', 2, 300, '/api/v1/auth/'),
    ]
  }
}

const visibility = (name: string): CfnWebACL.VisibilityConfigProperty => ({
  cloudWatchMetricsEnabled: true,
  metricName: name,
  // Sampled requests hold headers, and headers hold credentials.
  sampledRequestsEnabled: false,
})

const managedRules = (name: string, priority: number, countOnly: string[]): CfnWebACL.RuleProperty => ({
  name,
  priority,
  overrideAction: { none: {} },
  visibilityConfig: visibility(name),
  statement: {
    managedRuleGroupStatement: {
      vendorName: 'AWS',
      name,
      ruleActionOverrides: countOnly.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
    },
  },
})
