"""The table of permissions over HTTP, written by hand from the contract.

Columns are the callers, rows the requests and the user they are about. Each cell is the status of the answer; `200`
stands for every success. The users are those of cast.py, and permissions_expected.py explains the targets.
"""

# Routes without a service of their own: every caller.
CALLERS = (
    *("anonymous", "expired", "deactivated"),
    *("user", "analyst", "manager", "admin"),
    *("other_user", "other_manager", "other_admin"),
    "token",  # the manager's personal one
    "reader",  # the admin's, which is for reading alone
)
SESSION_ROUTES = """

"""

# All other routes: the callers that prove the HTTP layer, that is no session, an expired one, the weakest and the
# strongest role, and another organisation. Every role and token is proved at the service that the route calls.
HTTP_CALLERS = ("anonymous", "expired", "user", "admin", "other_admin")
ROUTES = """
sign up                   -       403 403   403 403   403
log in                    -       200 200   200 200   200
log out                   -       401 401   200 200   200
who am I                  -       401 401   200 200   200
read the description      -       401 401   200 200   200
read the documentation    -       303 303   200 200   200
load its script           -       303 303   200 200   200
load its assets           -       303 303   200 200   200

list people               -       401 401   403 200   200
find by id                self    401 401   200 200   200
find by id                below   401 401   403 200   404
find by id                top     401 401   403 200   404
find by id                absent  401 401   404 404   404
find by e-mail            self    401 401   200 200   200
find by e-mail            below   401 401   404 200   404
find by e-mail            absent  401 401   404 404   404
get                       self    401 401   200 200   200
get                       below   401 401   403 200   404
get                       absent  401 401   404 404   404

create a user             -       401 401   403 200   200
create an admin           -       401 401   403 200   200

rename by query           self    401 401   200 200   200
rename by query           below   401 401   403 200   404
rename by query           beside  401 401   403 200   404
rename                    self    401 401   200 200   200
rename                    below   401 401   403 200   404
rename                    beside  401 401   403 200   404
rename                    peer    401 401   403 200   404
rename                    top     401 401   403 200   404
rename                    absent  401 401   404 404   404
move to a department      self    401 401   403 200   200
move to a department      below   401 401   403 200   404
move to a department      beside  401 401   403 200   404
take into own team        below   401 401   403 200   404
take into own team        beside  401 401   403 200   404
change the e-mail         self    401 401   403 200   200
change the e-mail         below   401 401   403 200   404
make an admin             self    401 401   403 200   200
make an admin             below   401 401   403 200   404
make a user               below   401 401   403 200   404
deactivate by status      below   401 401   403 200   404
reactivate                below   401 401   403 200   404
deactivate by query       below   401 401   403 200   404
deactivate                self    401 401   403 409   409
deactivate                below   401 401   403 200   404
deactivate                top     401 401   403 200   404
deactivate                absent  401 401   404 404   404

profile by user           self    401 401   200 200   200
profile by user           below   401 401   403 200   404
profile by user           absent  401 401   404 404   404
profile by id             below   401 401   403 200   404
profile by id             absent  401 401   404 404   404
profiles of a team        manager 401 401   403 200   200
profiles of a team        absent  401 401   403 200   200
begin a profile           bare    401 401   403 200   404
begin a profile           strange 401 401   403 200   404
begin a profile           absent  401 401   404 404   404
edit a profile            self    401 401   200 200   200
edit a profile            below   401 401   403 200   404
edit a profile            beside  401 401   403 200   404
edit a profile by id      below   401 401   403 200   404
edit a profile by id      beside  401 401   403 200   404

set a picture             self    401 401   200 200   200
set a picture             below   401 401   403 200   404
set a picture             beside  401 401   403 200   404
set a picture             absent  401 401   404 404   404
picture                   self    401 401   200 200   200
picture                   below   401 401   403 200   404
picture                   absent  401 401   404 404   404
remove a picture          self    401 401   200 200   200
remove a picture          below   401 401   403 200   404
remove a picture          beside  401 401   403 200   404
begin an import           -       401 401   403 200   200
"""
