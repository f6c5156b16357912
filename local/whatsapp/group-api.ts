import { type CommunityRequest, createCommunity, linkedGroups, linkGroup, unlinkGroup } from './communities.ts'
import { ControlError } from './control-error.ts'
import { decideRequest, joinByCode } from './group-join.ts'
import { changeMembers, leaveGroup } from './group-members.ts'
import { changeSetting, resetInvite, setDescription, setGroupPicture, setSubject } from './group-settings.ts'
import { type GroupChange, type GroupView, groupView, settingsIn } from './group-view.ts'
import { createGroup, isAdmin, type MemberAction, mayChangeMembers } from './groups.ts'
import { parseJid, phoneDigits } from './jid.ts'
import { newMessageId } from './message-id.ts'
import type { Group, Phone } from './model.ts'
import { persistGroup } from './persist.ts'
import { accountOf, type World } from './world.ts'

const refused = (message: string): ControlError => new ControlError(409, 'not_allowed', message)

/** Groups and communities as people use them. Members are named by phone number or LID. */
export class GroupApi {
  private readonly world: World

  constructor(world: World) {
    this.world = world
  }

  private account(name: string): Phone | undefined {
    return accountOf(this.world, parseJid(name).user) ?? this.world.phones.get(phoneDigits(name.split('@')[0] ?? ''))
  }

  private actor(name: string): Phone {
    const found = this.account(name)
    if (!found) throw new ControlError(404, 'phone_unknown', 'There is no such phone.')
    return found
  }

  private group(id: string): Group {
    const found = this.world.groups.get(id)
    if (!found) throw new ControlError(404, 'group_unknown', 'There is no such group.')
    return found
  }

  private ruledBy(by: string, id: string): { group: Group; actor: Phone } {
    const [group, actor] = [this.group(id), this.actor(by)]
    if (!isAdmin(group, actor)) throw refused('This phone is no administrator of that group.')
    return { group, actor }
  }

  /** All groups. */
  list(): GroupView[] {
    return [...this.world.groups.values()].map(groupView)
  }

  /** One group. */
  get(id: string): GroupView {
    return groupView(this.group(id))
  }

  /** A phone creates a group. Unknown members are refused with 404. */
  create(by: string, subject: string, participants: string[]): GroupView {
    const members = participants.map((name) => this.actor(name))
    return groupView(createGroup(this.world, this.actor(by), subject, members))
  }

  /** A phone adds, removes, promotes or demotes. Gives an error code per member that could not be changed. */
  change(by: string, id: string, action: MemberAction, participants: string[]): { phone: string; error?: number }[] {
    const [group, actor] = [this.group(id), this.actor(by)]
    if (!mayChangeMembers(group, actor, action)) throw refused('This phone may not change the members of that group.')
    const asked = participants.map((name) => ({ asked: name, phone: this.account(name) }))
    const results = changeMembers(this.world, group, actor, action, asked)
    return results.map(({ phone, asked: name, error }) => ({ phone: phone?.phone ?? name, error }))
  }

  /** A phone renames or describes a group, gives it a picture or changes its settings. */
  update(by: string, id: string, change: GroupChange): GroupView {
    const { world } = this
    const [group, actor] = [this.group(id), this.actor(by)]
    const settings = settingsIn(change)
    const isRuler = isAdmin(group, actor)
    if (!group.members.has(actor.phone) || (!isRuler && (group.locked || settings.length > 0))) {
      throw refused('This phone may not change that group.')
    }
    if (change.subject !== undefined) setSubject(world, group, actor, change.subject)
    if (change.description !== undefined) setDescription(world, group, actor, newMessageId(), change.description)
    if (change.picture !== undefined) setGroupPicture(world, group, actor, Buffer.from(change.picture, 'base64'))
    for (const setting of settings) changeSetting(world, group, actor, setting)
    if (change.capacity !== undefined) {
      group.capacity = change.capacity
      persistGroup(world, group)
    }
    return groupView(group)
  }

  /** A phone takes the invitation code back and gets another. */
  resetInvite(by: string, id: string): GroupView {
    const { group, actor } = this.ruledBy(by, id)
    resetInvite(this.world, group, actor)
    return groupView(group)
  }

  /** A phone joins by invitation code, or asks to. */
  join(by: string, code: string): GroupView {
    const joined = joinByCode(this.world, this.actor(by), code)
    if (!('error' in joined)) return groupView(joined.group)
    if (joined.error === 409 || joined.error === 419)
      throw refused('This phone cannot join: it is in, or the group is full.')
    throw new ControlError(404, 'invite_unknown', 'No group has this invitation code.')
  }

  /** A phone lets in who asked to join, or turns them down. */
  decide(by: string, id: string, action: 'approve' | 'reject', participants: string[]): GroupView {
    const { group, actor } = this.ruledBy(by, id)
    for (const name of participants) {
      if (!decideRequest(this.world, group, actor, action, this.actor(name))) {
        throw new ControlError(404, 'request_unknown', 'That phone did not ask to join.')
      }
    }
    return groupView(group)
  }

  /** A phone leaves; who leaves a community leaves its groups. */
  leave(by: string, id: string): void {
    leaveGroup(this.world, this.group(id), this.actor(by))
  }

  /** A phone makes a community. */
  createCommunity(by: string, request: CommunityRequest): GroupView {
    return groupView(createCommunity(this.world, this.actor(by), request))
  }

  /** The groups of a community, the announcement group first. */
  linked(id: string): GroupView[] {
    return linkedGroups(this.world, this.group(id)).map(groupView)
  }

  /** A phone puts a group into a community. */
  link(by: string, id: string, groupId: string): GroupView {
    const { group: community, actor } = this.ruledBy(by, id)
    if (!community.community) throw new ControlError(400, 'no_community', 'That group is no community.')
    const error = linkGroup(this.world, community, actor, groupId)
    if (error) throw refused(`The group cannot be linked (${error}).`)
    return this.get(groupId)
  }

  /** A phone takes a group out of a community. */
  unlink(by: string, id: string, groupId: string): GroupView {
    const { group: community, actor } = this.ruledBy(by, id)
    const error = unlinkGroup(this.world, community, actor, groupId)
    if (error) throw refused(`The group cannot be unlinked (${error}).`)
    return this.get(groupId)
  }
}
