"""The table of permissions at the services, written by hand from the contract and not from the product's own table.

Columns are the callers, rows the calls and the user they are about. Each cell is the status of the error that a
service raises; `200` stands for every success, `.` for an impossible call. Targets among the users of cast.py:

self    whoever asks                             below    a user two steps below the manager
beside  a user whom the manager is not above     peer     a manager who reports to the manager
top     another admin                            absent   nobody
"""

# Two roles that are not: what is asked for even of those who may everything, and what rank holds back.
WHO_CALLS = (
    *("user", "analyst", "manager", "admin"),
    *("other_user", "other_manager", "other_admin"),
    "token",
    "stripped",  # a user of a role that is granted nothing
    "deputy",  # a manager of a role that is granted an admin's acts on people
    "reader",  # the admin's token, which is for reading alone
)
METHODS = """
users.get_user_for        below   403 200 200 200   404 404 404   200   403 200 200
users.get_person_for      below   403 200 200 200   404 404 404   200   403 200 200
users.get_person_for      absent  404 404 404 404   404 404 404   404   404 404 404
users.create              -       403 403 403 200   403 403 200   403   403 200 403
users.create.admin        -       403 403 403 200   403 403 200   403   403 403 403
users.taken               -       403 403 403 200   403 403 200   403   403 200 403
users.edit                below   403 403 200 200   404 404 404   200   403 200 403
users.update_user         below   403 403 200 200   404 404 404   200   403 200 403
users.edit                beside  403 403 403 200   404 404 404   403   403 403 403
users.edit                self    200 200 200 200   200 200 200   200   403 200 403
users.edit                peer    403 403 403 200   404 404 404   403   403 403 403
users.edit                top     403 403 403 200   404 404 404   403   403 403 403
users.edit                absent  404 404 404 404   404 404 404   404   404 404 404
users.edit.bio            self    200 200 200 200   200 200 200   200   403 200 403
users.edit.bio            below   403 403 200 200   404 404 404   200   403 200 403
users.edit.bio            beside  403 403 403 200   404 404 404   403   403 403 403
users.edit.bio            bare    403 403 200 200   404 404 404   200   403 200 403
users.edit.bio            strange 403 403 403 200   404 404 404   403   403 403 403
users.edit.bio            absent  404 404 404 404   404 404 404   404   404 404 404
users.edit.department     self    403 403 403 200   403 403 200   403   403 403 403
users.edit.department     below   403 403 200 200   404 404 404   200   403 200 403
users.edit.department     beside  403 403 403 200   404 404 404   403   403 403 403
users.edit.manager        below   403 403 200 200   404 404 404   200   403 200 403
users.edit.manager        beside  403 403 403 200   404 404 404   403   403 403 403
users.edit.email          self    403 403 403 200   403 403 200   403   403 200 403
users.edit.email          below   403 403 403 200   404 404 404   403   403 200 403
users.edit.role           below   403 403 403 200   404 404 404   403   403 200 403
users.edit.admin          below   403 403 403 200   404 404 404   403   403 403 403
users.edit.admin          self    403 403 403 200   403 403 200   403   403 403 403
users.edit.user           below   403 403 403 200   404 404 404   403   403 200 403
users.edit.status         below   403 403 403 200   404 404 404   403   403 200 403
users.deactivate          self    403 403 403 409   403 403 409   403   403 409 403
users.deactivate          absent  404 404 404 404   404 404 404   404   404 404 404
users.deactivate          below   403 403 403 200   404 404 404   403   403 200 403
users.deactivate          top     403 403 403 200   404 404 404   403   403   . 403
users.reactivate          below   403 403 403 200   404 404 404   403   403 200 403
users.set_avatar          below   403 403 200 200   404 404 404   200   403 200 403
users.set_avatar          beside  403 403 403 200   404 404 404   403   403 403 403

directory.get             below   403 200 200 200   404 404 404   200   403 200 200
directory.get             self    200 200 200 200   200 200 200   200   403 200 200
directory.get             absent  404 404 404 404   404 404 404   404   404 404 404
directory.get_by_email    self    200 403 200 200   200 200 200   200   403 200 200
directory.get_by_email    absent  404 403 404 404   404 404 404   404   404 404 404
directory.get_by_email    below   404 403 200 200   404 404 404   200     . 200 200
directory.get_by_profile  below   403 200 200 200   404 404 404   200   403 200 200
directory.get_by_profile  absent  404 404 404 404   404 404 404   404   404 404 404
directory.list_newest     -       403 200 200 200   403 200 200   200   403 200 200
directory.names           below   200 200 200 200   200 200 200   200   200 200 200
directory.own_manager     self    200 200 200 200   200 200 200   200   403 200 403
directory.managers        -       403 200 200 200   403 200 200   200   403 200 200
directory.departments     -       403 200 200 200   403 200 200   200   403 200 200
directory.list_page       -       403 200 200 200   403 200 200   200   403 200 200
directory.search          -       403 200 200 200   403 200 200   200   403 200 200
directory.progress        -       403 200 200 200   403 200 200   200   403 200 200
directory.matching        -       403 200 200 200   403 200 200   200   403 200 200
directory.counts          -       403 200 200 200   403 200 200   200   403 200 200
directory.list_team       manager 403 200 200 200   403 200 200   200   403 200 200
directory.list_team       absent  403 200 200 200   403 200 200   200   403 200 200
directory.effects         below   403 403 403 200   404 404 404   403   403 200 403
directory.reports         below   403 403 403 200   404 404 404   403   403 200 403
directory.history         below   403 403 200 200   404 404 404   200   403 200 200
directory.history         beside  403 403 403 200   404 404 404   403   403 403 200
directory.history         self    403 403 200 200   403 200 200   200   403 200 200
directory.figures         -       403 200 200 200   403 200 200   200   403 200 200
teams.around              below   403 200 200 200   403 200 200   200   403 200 200
teams.left_behind         below   403 200 200 200   403 200 200   200   403 200 200
teams.succession          below   403 200 200 200   403 200 200   200   403 200 200
attention.look            -       200 200 200 200   200 200 200   200   403 200 200

sessions.list_of          self    200 200 200 200   200 200 200   200   403 200 403
sessions.list_of          below   403 403 403 200   404 404 404   403   403 403 403
sessions.revoke           below   403 403 403 200   404 404 404   403   403 403 403
sessions.revoke.another's self    404 404 404 404   404 404 404   404   403 404 403
sessions.sign_out_elsewhere  self   200 200 200 200   200 200 200   200   403 200 403
sessions.sign_out_everywhere  self    200 200 200 200   200 200 200   200   403 200 403
sessions.sign_out_everywhere  below   403 403 403 200   404 404 404   403   403 403 403
sessions.change_password  self    200 200 200 200   200 200 200   403   403 200 403
sessions.new_link         below   403 403 403 200   404 404 404   403   403 403 403
sessions.failed_tries     below   403 403 403 200   404 404 404   403   403 403 403
sessions.unlock           below   403 403 403 200   404 404 404   403   403 403 403
sessions.create_token     self    200 200 200 200   200 200 200   403   403 200 403
sessions.list_tokens      self    200 200 200 200   200 200 200   200   403 200 403
sessions.revoke_token     self    200 200 200 200   200 200 200   200   403 200 403
sessions.revoke_token     below   404 404 404 404   404 404 404   404   403 404 403

audit.list_newest         -       403 403 403 200   403 403 200   403   403 403 200
audit.list_page           -       403 403 403 200   403 403 200   403   403 403 200
audit.list_newest.of      below   403 403 403 200   403 403 200   403   403 403 200
audit.list_newest.by      below   403 403 403 200   403 403 200   403   403 403 200
audit.verify              -       403 403 403 200   403 403 200   403   403 403 200
audit.list_own            self    200 200 200 200   200 200 200   200   403 200 200

pictures.set              self    200 200 200 200   200 200 200   200   403 200 403
pictures.set              absent  404 404 404 404   404 404 404   404   404 404 404
pictures.remove           self    200 200 200 200   200 200 200   200   403 200 403
pictures.remove           beside  403 403 403 200   404 404 404   403   403 403 403
pictures.get_url          self    200 200 200 200   200 200 200   200   403 200 200
pictures.get_url          absent  404 404 404 404   404 404 404   404   404 404 404
pictures.set              below   403 403 200 200   404 404 404   200   403 200 403
pictures.set              beside  403 403 403 200   404 404 404   403   403 403 403
pictures.remove           below   403 403 200 200   404 404 404   200   403 200 403
pictures.get_url          below   403 200 200 200   404 404 404   200   403 200 200

exports.request           -       403 403 200 200   403 200 200   200   403 200 403
exports.request.done      -       403 403 200 200   403 200 200   200   403 200   .
exports.link              self    403 403 404 404   403 404 404   404   403 404 403
exports.link              below   403 403 404 404   403 404 404   404   403 404 403
evidence.verify           -       403 403 403 200   403 403 200   403   403 403 200
evidence.verify.done      -       403 403 403 200   403 403 200   403   403 403 200
evidence.standing         -       403 403 403 200   403 403 200   403   403 403 200
evidence.export           -       403 403 403 200   403 403 200   403   403 403 200
evidence.export.done      -       403 403 403 200   403 403 200   403   403 403 200
evidence.link             self    403 403 403 404   403 403 404   403   403 403 404
evidence.link             below   403 403 403 404   403 403 404   403   403 403 404
batches.plan              -       403 200 200 200   403 200 200   200   403 200 403
batches.plan.roles        -       403 403 403 200   403 403 200   403   403 200 403
batches.plan.people       -       403 403 403 200   403 403 200   403   403 200 403
batches.plan_change       below   403 200 200 200   403 200 200   200   403 200 403
batches.plan_change.role  below   403 403 403 200   403 403 200   403   403 200 403
batches.plan_edits        below   403 200 200 200   403 200 200   200   403 200 403
batches.get               self    403 200 200 200   403 200 200   200   403 200 200
batches.get               below   403 404 404 200   403 404 404   404   403 404 404
batches.get               absent  403 404 404 404   403 404 404   404   403 404 404
batches.apply             self    403 403 403 200   403 403 200   403   403 200 403
batches.apply             below   403 404 404 403   403 404 404   404   403 404 404
batches.apply.done        self    403 403 403 200   403 403 200   403   403 200   .
batches.state             self    403 200 200 200   403 200 200   200   403 200 200
batches.state             below   403 404 404 200   403 404 404   404   403 404 404
batches.rows              self    403 200 200 200   403 200 200   200   403 200 200
batches.rows              below   403 404 404 200   403 404 404   404   403 404 404
batches.outcomes          self    403 200 200 200   403 200 200   200   403 200 200
batches.outcomes          below   403 404 404 200   403 404 404   404   403 404 404
batches.get.import        self    403 403 403 200   403 403 200   403   403 200 403
batches.get.import        below   403 404 404 200   403 404 404   404   403 404 404
batches.link              self    403 403 409 409   403 409 409   409   403 409 403
batches.link              below   403 403 404 409   403 404 404   404   403 404 403
batches.undo              self    403 409 409 409   403 409 409   409   403 409 409
batches.undo              below   403 404 404 409   403 404 404   404   403 404 404
batches.retry             self    403 409 409 409   403 409 409   409   403 409 409
batches.retry             below   403 404 404 409   403 404 404   404   403 404 404
imports.upload            -       403 403 403 200   403 403 200   403   403 200 403
imports.request           -       403 403 403 404   403 403 404   403   403 404 403
imports.request.done      -       403 403 403 404   403 403 404   403   403 404 .
imports.get               self    403 403 403 404   403 403 404   403   403 404 403
imports.rejected          self    403 403 403 404   403 403 404   403   403 404 403

jobs.get                  self    200 200 200 200   200 200 200   200   403 200 200
jobs.get                  below   404 404 404 200   404 404 404   404   403 404 404
jobs.get                  absent  404 404 404 404   404 404 404   404   403 404 404
jobs.list_own             -       200 200 200 200   200 200 200   200   403 200 200
jobs.retry                self    200 200 200 200   200 200 200   200   403 200 403
jobs.retry                below   404 404 404 200   404 404 404   404   403 404 404
jobs.failed               -       403 403 403 200   403 403 200   403   403 403 200
jobs.overview             -       403 403 403 200   403 403 200   403   403 403 200

health.look               -       403 403 403 200   403 403 200   403   403 403 200
health.check              -       403 403 403 200   403 403 200   403   403 403 200
health.last_check         -       403 403 403 200   403 403 200   403   403 403 200
health.unreadable         -       403 403 403 200   403 403 200   403   403 403 200
health.look_again         -       403 403 403 200   403 403 200   403   403 403 200
health.rules              -       403 403 403 200   403 403 200   403   403 403 200
raw_items.of_person       below   403 403 403 200   404 404 404   403   403 403 403
raw_items.of_person       self    403 403 403 200   403 403 200   403   403 403 403
raw_items.of_person       absent  404 404 404 404   404 404 404   404   404 404 404
"""

# The scope `people` of a token: no change of an admin's e-mail, role or status, and no new admin. A `former` is an
# admin who was deactivated.
WHO_IS_ADMIN = (
    "admin",  # signed in
    "clerk",  # the same admin with a token of the scope `people`
)
METHODS_ON_ADMINS = """
users.create              -       200 200
users.create.admin        -       200 403
users.edit                top     200 200
users.edit.email          self    200 403
users.edit.email          top     200 403
users.edit.email          former  200 403
users.edit.email          below   200 200
users.edit.role           top     200 403
users.edit.role           former  200 403
users.edit.role           below   200 200
users.edit.admin          below   200 403
users.edit.admin          former  200 403
users.edit.user           self    200 403
users.edit.user           top     200 403
users.edit.user           former  200 403
users.edit.user           below   200 200
users.edit.status         top     200 403
users.edit.status         below   200 200
users.edit.department     top     200 200
users.edit.bio            top     200 200
users.update_user         top     200 200
users.deactivate          top     200 403
users.deactivate          below   200 200
users.reactivate          former  200 403
users.reactivate          below   200 200
users.set_avatar          top     200 200
sessions.list_of          top     200 403
sessions.list_of          self    200 403
sessions.revoke           top     200 403
sessions.sign_out_elsewhere  self  200 403
sessions.sign_out_everywhere  top  200 403
sessions.change_password  self    200 403
sessions.new_link         top     200 403
sessions.new_link         below   200 403
sessions.failed_tries     top     200 403
sessions.unlock           top     200 403
sessions.create_token     self    200 403
sessions.list_tokens      self    200 403
sessions.revoke_token     self    200 403
batches.plan.roles        -       200 200
batches.plan.people       -       200 200
batches.get               self    200 200
batches.get.import        self    200 200
batches.apply             self    200 200
batches.link              self    409 409
imports.upload            -       200 200
exports.link              self    404 404
evidence.export           -       200 200
evidence.link             self    404 404
raw_items.of_person       top     200 403
"""

# Public, and yet asking nobody who they are: each with the reason.
ASK_NOBODY = {
    "users.find": "how identity itself is read",
    "users.create_organisation": "sign-up, when it is open, and the command line",
    "users.revoke_access": "part of a unit of work, which the caller has authorised",
    "sessions.actor": "says who somebody is",
    "sessions.bearer": "says who somebody is",
    "sessions.acting_as": "the development header, refused in production",
    "sessions.sign_in": "the password is the proof",
    "sessions.sign_in_verified": "the company account is the proof",
    "sessions.device_owner": "grants nothing",
    "sessions.count_sign_up": "counts",
    "sessions.begin": "the caller has verified the person",
    "sessions.issue": "stands on a session just opened",
    "sessions.end": "whoever knows the session may end it",
    "sessions.set_password": "the link's secret is the proof",
    "audit.record": "part of a unit of work, which the caller has authorised",
    "audit.log": "a record of a view or a download, which the caller has authorised",
    "audit.list_of_entity": "the caller has authorised the viewer on that entity",
    "audit.walk_of_entity": "what a job did, read by the services for themselves",
    "jobs.require_room": "counts jobs of the caller's organisation; the caller has authorised the request",
    "jobs.enqueue": "part of a unit of work, which the caller has authorised",
    "jobs.announce": "sends ids of jobs that were committed",
    "pictures.url": "of a person whom the caller may see",
    "pictures.small_url": "of a person whom the caller may see",
}


def rows(table, who):
    """[(what, about whom, {who asks: answer})]"""
    found = []
    for line in filter(None, map(str.strip, table.splitlines())):
        *what, about = line.split()[: -len(who)]
        found.append((" ".join(what), about, dict(zip(who, line.split()[-len(who) :], strict=True))))
    return found
