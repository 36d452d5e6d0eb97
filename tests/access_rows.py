"""Who gets what at every address: written by hand, held against the project by test_access.py.

A row is an address, a method and one answer for each person, in the order of the heading:
a status, or `login` for the way to the sign-in page. A new address needs a GET row and a POST row.
What a POST sends, if it matters, stands in FORMS; what an address speaks of, in access_world.py.
"""

# The organisation's own pages. A stranger is the admin of another organisation; the assigned one
# works here, but for another customer.
MEMBERS = """
                                                                         nobody stranger assigned staff admin
o/<slug:organisation>/                                              GET  login  404      200      200   200
o/<slug:organisation>/                                              POST login  405      405      405   405
o/<slug:organisation>/customers/                                    GET  login  404      200      200   200
o/<slug:organisation>/customers/                                    POST login  405      405      405   405
o/<slug:organisation>/customers/new/                                GET  login  404      200      200   200
o/<slug:organisation>/customers/new/                                POST login  404      422      422   422
o/<slug:organisation>/customers/<int:pk>/                           GET  login  404      404      200   200
o/<slug:organisation>/customers/<int:pk>/                           POST login  405      405      405   405
o/<slug:organisation>/customers/<int:pk>/edit/                      GET  login  404      404      200   200
o/<slug:organisation>/customers/<int:pk>/edit/                      POST login  404      404      422   422
o/<slug:organisation>/customers/<int:pk>/archive/                   GET  login  404      404      302   302
o/<slug:organisation>/customers/<int:pk>/archive/                   POST login  404      404      302   302
o/<slug:organisation>/customers/<int:pk>/assign/                    GET  login  405      405      405   405
o/<slug:organisation>/customers/<int:pk>/assign/                    POST login  404      404      404   302
o/<slug:organisation>/customers/<int:pk>/unassign/                  GET  login  405      405      405   405
o/<slug:organisation>/customers/<int:pk>/unassign/                  POST login  404      404      404   302
o/<slug:organisation>/customers/<int:pk>/delete/                    GET  login  404      404      200   200
o/<slug:organisation>/customers/<int:pk>/delete/                    POST login  404      404      302   302
o/<slug:organisation>/customers/<int:pk>/contacts/<int:contact>/    GET  login  404      404      404   200
o/<slug:organisation>/customers/<int:pk>/contacts/<int:contact>/    POST login  405      405      405   405
o/<slug:organisation>/customers/<int:pk>/contacts/<int:contact>/export/ GET  login  405      405      405   405
o/<slug:organisation>/customers/<int:pk>/contacts/<int:contact>/export/ POST login  404      404      404   200
o/<slug:organisation>/customers/<int:pk>/contacts/<int:contact>/erase/ GET  login  405      405      405   405
o/<slug:organisation>/customers/<int:pk>/contacts/<int:contact>/erase/ POST login  404      404      404   302
o/<slug:organisation>/customers/export/                             GET  login  404      200      200   200
o/<slug:organisation>/customers/export/                             POST login  405      405      405   405
o/<slug:organisation>/customers/import/                             GET  login  404      200      200   200
o/<slug:organisation>/customers/import/                             POST login  404      422      422   422
o/<slug:organisation>/settings/documents/                           GET  login  404      404      404   200
o/<slug:organisation>/settings/documents/                           POST login  404      404      404   422
o/<slug:organisation>/settings/profile/                             GET  login  404      404      404   200
o/<slug:organisation>/settings/profile/                             POST login  404      404      404   422
o/<slug:organisation>/settings/logo/                                GET  login  405      405      405   405
o/<slug:organisation>/settings/logo/                                POST login  404      404      404   422
o/<slug:organisation>/settings/logo/remove/                         GET  login  405      405      405   405
o/<slug:organisation>/settings/logo/remove/                         POST login  404      404      404   302
o/<slug:organisation>/settings/terms/                               GET  login  404      404      404   200
o/<slug:organisation>/settings/terms/                               POST login  404      404      404   422
o/<slug:organisation>/settings/portal/                              GET  login  404      404      404   200
o/<slug:organisation>/settings/portal/                              POST login  404      404      404   422
o/<slug:organisation>/settings/taxes/                               GET  login  404      404      404   200
o/<slug:organisation>/settings/taxes/                               POST login  404      404      404   422
o/<slug:organisation>/settings/taxes/<int:pk>/                      GET  login  404      404      404   200
o/<slug:organisation>/settings/taxes/<int:pk>/                      POST login  404      404      404   422
o/<slug:organisation>/settings/taxes/<int:pk>/default/              GET  login  405      405      405   405
o/<slug:organisation>/settings/taxes/<int:pk>/default/              POST login  404      404      404   302
o/<slug:organisation>/settings/taxes/<int:pk>/delete/               GET  login  404      404      404   200
o/<slug:organisation>/settings/taxes/<int:pk>/delete/               POST login  404      404      404   302
o/<slug:organisation>/settings/letters/                             GET  login  404      404      404   200
o/<slug:organisation>/settings/letters/                             POST login  405      405      405   405
o/<slug:organisation>/settings/letters/<slug:kind>/<slug:language>/ GET  login  404      404      404   200
o/<slug:organisation>/settings/letters/<slug:kind>/<slug:language>/ POST login  404      404      404   422
o/<slug:organisation>/settings/letters/<slug:kind>/<slug:language>/restore/ GET  login  405      405      405   405
o/<slug:organisation>/settings/letters/<slug:kind>/<slug:language>/restore/ POST login  404      404      404   302
o/<slug:organisation>/payments/                                     GET  login  404      200      200   200
o/<slug:organisation>/payments/                                     POST login  405      405      405   405
o/<slug:organisation>/settings/                                     GET  login  404      404      404   200
o/<slug:organisation>/settings/                                     POST login  405      405      405   405
o/<slug:organisation>/settings/security/                            GET  login  404      404      404   200
o/<slug:organisation>/settings/security/                            POST login  404      404      404   302
o/<slug:organisation>/settings/audit/                               GET  login  404      404      404   200
o/<slug:organisation>/settings/audit/                               POST login  405      405      405   405
o/<slug:organisation>/settings/users/                               GET  login  404      404      404   200
o/<slug:organisation>/settings/users/                               POST login  404      404      404   302
o/<slug:organisation>/settings/users/<int:pk>/role/                 GET  login  405      405      405   405
o/<slug:organisation>/settings/users/<int:pk>/role/                 POST login  404      404      404   302
o/<slug:organisation>/settings/users/<int:pk>/remove/               GET  login  404      404      404   200
o/<slug:organisation>/settings/users/<int:pk>/remove/               POST login  404      404      404   302
o/<slug:organisation>/settings/users/invitations/<int:pk>/withdraw/ GET  login  405      405      405   405
o/<slug:organisation>/settings/users/invitations/<int:pk>/withdraw/ POST login  404      404      404   302
o/<slug:organisation>/notifications/                                GET  login  404      200      200   200
o/<slug:organisation>/notifications/                                POST login  404      302      302   302
o/<slug:organisation>/notifications/preferences/                    GET  login  404      200      200   200
o/<slug:organisation>/notifications/preferences/                    POST login  404      422      422   422
o/<slug:organisation>/search/                                       GET  login  404      200      200   200
o/<slug:organisation>/search/                                       POST login  405      405      405   405
o/<slug:organisation>/settled-in/                                   GET  login  405      405      405   405
o/<slug:organisation>/settled-in/                                   POST login  404      302      302   302
o/<slug:organisation>/payments/<int:pk>/                            GET  login  404      404      200   200
o/<slug:organisation>/payments/<int:pk>/                            POST login  405      405      405   405
o/<slug:organisation>/payments/<int:pk>/receipt/                    GET  login  404      404      200   200
o/<slug:organisation>/payments/<int:pk>/receipt/                    POST login  405      405      405   405
o/<slug:organisation>/payments/<int:pk>/send/                       GET  login  404      404      200   200
o/<slug:organisation>/payments/<int:pk>/send/                       POST login  404      404      422   422
o/<slug:organisation>/payments/<int:pk>/refund/                     GET  login  404      404      200   200
o/<slug:organisation>/payments/<int:pk>/refund/                     POST login  404      404      422   422
o/<slug:organisation>/payments/<int:pk>/void/                       GET  login  404      404      200   200
o/<slug:organisation>/payments/<int:pk>/void/                       POST login  404      404      302   302
o/<slug:organisation>/payments/<int:pk>/end/                        GET  login  404      404      302   302
o/<slug:organisation>/payments/<int:pk>/end/                        POST login  404      404      302   302
o/<slug:organisation>/customers/<int:pk>/payment/                   GET  login  404      404      200   200
o/<slug:organisation>/customers/<int:pk>/payment/                   POST login  404      404      422   422
o/<slug:organisation>/invoices/<number:number>/payment/             GET  login  404      404      200   200
o/<slug:organisation>/invoices/<number:number>/payment/             POST login  404      404      422   422
o/<slug:organisation>/invoices/<number:number>/credit/              GET  login  404      404      200   200
o/<slug:organisation>/invoices/<number:number>/credit/              POST login  404      404      422   422
o/<slug:organisation>/settings/payments/                            GET  login  404      404      404   200
o/<slug:organisation>/settings/payments/                            POST login  404      404      404   422
o/<slug:organisation>/settings/payments/check/                      GET  login  404      404      404   302
o/<slug:organisation>/settings/payments/check/                      POST login  404      404      404   302
o/<slug:organisation>/settings/payments/remove/                     GET  login  404      404      404   200
o/<slug:organisation>/settings/payments/remove/                     POST login  404      404      404   302
"""

# Estimates and invoices alike; {} is one of both.
DOCUMENTS = """
                                                                nobody stranger assigned staff admin
o/<slug:organisation>/{}/                                  GET  login  404      200      200   200
o/<slug:organisation>/{}/                                  POST login  405      405      405   405
o/<slug:organisation>/{}/new/                              GET  login  404      200      200   200
o/<slug:organisation>/{}/new/                              POST login  404      200      200   200
o/<slug:organisation>/{}/<number:number>/                  GET  login  404      404      200   200
o/<slug:organisation>/{}/<number:number>/                  POST login  405      405      405   405
o/<slug:organisation>/{}/<number:number>/edit/             GET  login  404      404      200   200
o/<slug:organisation>/{}/<number:number>/edit/             POST login  404      404      422   422
o/<slug:organisation>/{}/<number:number>/duplicate/        GET  login  404      404      302   302
o/<slug:organisation>/{}/<number:number>/duplicate/        POST login  404      404      302   302
o/<slug:organisation>/{}/<number:number>/delete/           GET  login  404      404      302   302
o/<slug:organisation>/{}/<number:number>/delete/           POST login  404      404      302   302
o/<slug:organisation>/{}/<number:number>/step/<slug:step>/ GET  login  404      404      200   200
o/<slug:organisation>/{}/<number:number>/step/<slug:step>/ POST login  404      404      302   302
o/<slug:organisation>/{}/<number:number>/send/             GET  login  404      404      200   200
o/<slug:organisation>/{}/<number:number>/send/             POST login  404      404      422   422
o/<slug:organisation>/{}/<number:number>/link/             GET  login  404      404      302   302
o/<slug:organisation>/{}/<number:number>/link/             POST login  404      404      200   200
o/<slug:organisation>/{}/<number:number>/comment/          GET  login  404      404      302   302
o/<slug:organisation>/{}/<number:number>/comment/          POST login  404      404      302   302
o/<slug:organisation>/{}/<number:number>/preview/          GET  login  404      404      200   200
o/<slug:organisation>/{}/<number:number>/preview/          POST login  405      405      405   405
o/<slug:organisation>/{}/<number:number>/links/           GET  login  404      404      200   200
o/<slug:organisation>/{}/<number:number>/links/           POST login  404      404      302   302
o/<slug:organisation>/{}/<number:number>/links/<int:pk>/reset/ GET  login  405      405      405   405
o/<slug:organisation>/{}/<number:number>/links/<int:pk>/reset/ POST login  404      404      302   302
o/<slug:organisation>/{}/<number:number>/links/<int:pk>/revoke/ GET  login  405      405      405   405
o/<slug:organisation>/{}/<number:number>/links/<int:pk>/revoke/ POST login  404      404      302   302
o/<slug:organisation>/{}/<number:number>/pdf/              GET  login  404      404      200   200
o/<slug:organisation>/{}/<number:number>/pdf/              POST login  405      405      405   405
o/<slug:organisation>/{}/<number:number>/files/<int:pk>/   GET  login  404      404      200   200
o/<slug:organisation>/{}/<number:number>/files/<int:pk>/   POST login  405      405      405   405
"""

ESTIMATES = """
                                                                      nobody stranger assigned staff admin
o/<slug:organisation>/estimates/<number:number>/certificate/ GET  login  404      404      200   200
o/<slug:organisation>/estimates/<number:number>/certificate/ POST login  405      405      405   405
o/<slug:organisation>/estimates/<number:number>/certificate/pdf/ GET  login  404      404      200   200
o/<slug:organisation>/estimates/<number:number>/certificate/pdf/ POST login  405      405      405   405
"""

INVOICES = """
                                                            nobody stranger assigned staff admin
o/<slug:organisation>/invoices/<number:number>/remind/ GET  login  404      404      200   200
o/<slug:organisation>/invoices/<number:number>/remind/ POST login  404      404      422   422
"""

# Below o/<slug:organisation>/settings/integrations/zoho/: the organisation's admins only.
ZOHO = """
                                  nobody stranger assigned staff admin
(empty)                      GET  login  404      404      404   200
(empty)                      POST login  405      405      405   405
cliq/                        GET  login  404      404      404   200
cliq/                        POST login  405      405      405   405
cliq/authorise/              GET  login  404      404      404   302
cliq/authorise/              POST login  405      405      405   405
cliq/connect/                GET  login  405      405      405   405
cliq/connect/                POST login  404      404      404   302
cliq/channel/                GET  login  405      405      405   405
cliq/channel/                POST login  404      404      404   302
cliq/kinds/                  GET  login  405      405      405   405
cliq/kinds/                  POST login  404      404      404   302
cliq/switch/<slug:name>/     GET  login  405      405      405   405
cliq/switch/<slug:name>/     POST login  404      404      404   302
cliq/test/                   GET  login  405      405      405   405
cliq/test/                   POST login  404      404      404   302
cliq/deliveries/             GET  login  404      404      404   200
cliq/deliveries/             POST login  405      405      405   405
cliq/deliveries/send/        GET  login  405      405      405   405
cliq/deliveries/send/        POST login  404      404      404   302
cliq/deliveries/send-failed/ GET  login  405      405      405   405
cliq/deliveries/send-failed/ POST login  404      404      404   302
cliq/disconnect/             GET  login  405      405      405   405
cliq/disconnect/             POST login  404      404      404   302
"""

# Below o/<slug:organisation>/chat/: to staff, who lack an account at Cliq here, an invitation.
CHAT = """
                                     nobody stranger assigned staff admin
(empty)                         GET  401    404      200      200   200
(empty)                         POST 405    405      405      405   405
authorise/                      GET  login  404      302      302   302
authorise/                      POST login  405      405      405   405
discuss/<slug:kind>/<str:key>/  GET  login  404      404      302   200
discuss/<slug:kind>/<str:key>/  POST login  404      404      302   422
choice/                         GET  login  405      405      405   405
choice/                         POST login  404      302      302   302
people/                         GET  401    404      200      200   200
people/                         POST 405    405      405      405   405
open/                           GET  405    405      405      405   405
open/                           POST 401    404      200      200   302
files/<str:file_id>/            GET  401    404      200      200   200
files/<str:file_id>/            POST 405    405      405      405   405
posts/<uuid:client_id>/again/   GET  405    405      405      405   405
posts/<uuid:client_id>/again/   POST 401    404      200      200   204
posts/<uuid:client_id>/discard/ GET  405    405      405      405   405
posts/<uuid:client_id>/discard/ POST 401    404      200      200   204
<str:chat_id>/                  GET  401    404      200      200   200
<str:chat_id>/                  POST 405    405      405      405   405
<str:chat_id>/send/             GET  405    405      405      405   405
<str:chat_id>/send/             POST 401    404      200      200   204
<str:chat_id>/read/             GET  405    405      405      405   405
<str:chat_id>/read/             POST 401    404      200      200   204
"""

# Behind a link: its contact, somebody with the link to another document, links that open nothing,
# and two who are signed in: a stranger is a customer like any other, staff see a preview.
LINKS = """
                            contact other wrong expired revoked stranger assigned staff
p/<str:token>/         GET  200     200   404   404     404     200      200      200
p/<str:token>/         POST 405     405   405   405     405     405      405      405
p/<str:token>/view/    GET  405     405   405   405     405     405      405      405
p/<str:token>/view/    POST 204     204   404   404     404     204      403      403
p/<str:token>/pdf/     GET  200     200   404   404     404     200      200      200
p/<str:token>/pdf/     POST 405     405   405   405     405     405      405      405
p/<str:token>/comment/ GET  302     302   404   404     404     302      302      302
p/<str:token>/comment/ POST 302     302   404   404     404     302      403      403
p/<str:token>/accept/  GET  200     404   404   404     404     200      200      200
p/<str:token>/accept/  POST 302     404   404   404     404     302      403      403
p/<str:token>/decline/ GET  200     404   404   404     404     200      200      200
p/<str:token>/decline/ POST 302     404   404   404     404     302      403      403
p/<str:token>/pay/     GET  200     404   404   404     404     200      200      200
p/<str:token>/pay/     POST 302     404   404   404     404     302      403      403
p/<str:token>/files/<int:pk>/ GET  200     404   404   404     404     200      200      200
p/<str:token>/files/<int:pk>/ POST 405     405   405   405     405     405      405      405
p/<str:token>/new/     GET  302     302   302   302     302     302      302      302
p/<str:token>/new/     POST 302     302   302   302     302     302      302      302
"""
# Below home/<slug:organisation>/<int:pk>/, the home of a customer's contact: whoever has not proved
# a mailbox is asked to (302). A neighbour is a contact of another customer of the organisation, a
# namesake one of another organisation.
GUESTS = """
                                nobody staff contact neighbour namesake
(empty)                    GET  302    302   200     404       404
(empty)                    POST 405    405   405     405       405
estimates/                 GET  302    302   200     404       404
estimates/                 POST 405    405   405     405       405
estimates/<number:number>/ GET  405    405   405     405       405
estimates/<number:number>/ POST 302    302   302     404       404
invoices/                  GET  302    302   200     404       404
invoices/                  POST 405    405   405     405       405
invoices/<number:number>/  GET  405    405   405     405       405
invoices/<number:number>/  POST 302    302   302     404       404
pay/                       GET  302    302   200     404       404
pay/                       POST 302    302   302     404       404
payments/                  GET  302    302   200     404       404
payments/                  POST 405    405   405     405       405
statement/                 GET  302    302   200     404       404
statement/                 POST 405    405   405     405       405
statement/pdf/             GET  302    302   200     404       404
statement/pdf/             POST 405    405   405     405       405
profile/                   GET  302    302   200     404       404
profile/                   POST 302    302   302     404       404
"""

# For whoever comes: what it shows depends on a name that nobody guesses, or on who is signed in.
ANYBODY = """
                                          nobody stranger assigned staff admin
(empty)                              GET  200    302      302      302   302
(empty)                              POST 405    405      405      405   405
go/<str:reference>/                  GET  200    200      200      302   302
go/<str:reference>/                  POST 405    405      405      405   405
profile/                             GET  login  200      200      200   200
profile/                             POST login  200      200      200   200
profile/second-factor/               GET  login  302      302      302   302
profile/second-factor/               POST login  405      405      405   405
profile/sessions/<int:pk>/end/       GET  login  405      405      405   405
profile/sessions/<int:pk>/end/       POST login  404      404      404   404
invitations/<str:token>/             GET  200    200      200      200   200
invitations/<str:token>/             POST 302    200      200      200   200
brand/<slug:digest>/logo.png         GET  200    200      200      200   200
brand/<slug:digest>/logo.png         POST 405    405      405      405   405
brand/<colour:colour>.css            GET  200    200      200      200   200
brand/<colour:colour>.css            POST 405    405      405      405   405
pay/test/<str:reference>/            GET  200    200      200      200   200
pay/test/<str:reference>/            POST 302    302      302      302   302
pay/return/<str:reference>/          GET  200    200      200      200   200
pay/return/<str:reference>/          POST 302    302      302      302   302
favicon.ico                          GET  302    302      302      302   302
favicon.ico                          POST 405    405      405      405   405
language/                            GET  302    302      302      302   302
language/                            POST 302    302      302      302   302
zoho/cliq/callback/                  GET  login  400      400      400   400
zoho/cliq/callback/                  POST login  405      405      405   405
styleguide/                          GET  200    200      200      200   200
styleguide/                          POST 405    405      405      405   405
demo/mailbox/                        GET  200    200      200      200   200
demo/mailbox/                        POST 405    405      405      405   405
demo/mailbox/<slug:name>/            GET  200    200      200      200   200
demo/mailbox/<slug:name>/            POST 405    405      405      405   405
demo/mailbox/<slug:name>/<str:file>/ GET  200    200      200      200   200
demo/mailbox/<slug:name>/<str:file>/ POST 405    405      405      405   405
pay/stripe/<str:account>/webhook/    GET  405    405      405      405   405
pay/stripe/<str:account>/webhook/    POST 400    400      400      400   400
new-link/                            GET  200    200      200      200   200
new-link/                            POST 405    405      405      405   405
enter/                               GET  200    200      200      200   200
enter/                               POST 302    302      302      302   302
enter/code/                          GET  302    302      302      302   302
enter/code/                          POST 302    302      302      302   302
enter/out/                           GET  405    405      405      405   405
enter/out/                           POST 302    302      302      302   302
home/                                GET  302    302      302      302   302
home/                                POST 405    405      405      405   405
home/<slug:organisation>/            GET  302    302      302      302   302
home/<slug:organisation>/            POST 405    405      405      405   405
"""

# Below accounts/, allauth's own pages: a member is signed in, and has no second factor yet.
# Here, and below admin/, the answers are the libraries', read through rather than thought up:
# an invented key of an e-mail gets a page that says so.
ACCOUNTS = r"""
                                                                nobody member
2fa/                                                       GET  login  200
2fa/                                                       POST login  405
2fa/authenticate/                                          GET  302    302
2fa/authenticate/                                          POST 302    302
2fa/reauthenticate/                                        GET  login  302
2fa/reauthenticate/                                        POST login  302
2fa/recovery-codes/                                        GET  login  404
2fa/recovery-codes/                                        POST login  405
2fa/recovery-codes/download/                               GET  login  404
2fa/recovery-codes/download/                               POST login  404
2fa/recovery-codes/generate/                               GET  login  302
2fa/recovery-codes/generate/                               POST login  302
2fa/totp/activate/                                         GET  login  302
2fa/totp/activate/                                         POST login  302
2fa/totp/deactivate/                                       GET  login  404
2fa/totp/deactivate/                                       POST login  404
2fa/webauthn/                                              GET  login  200
2fa/webauthn/                                              POST login  405
2fa/webauthn/add/                                          GET  login  302
2fa/webauthn/add/                                          POST login  302
2fa/webauthn/keys/<int:pk>/edit/                           GET  login  302
2fa/webauthn/keys/<int:pk>/edit/                           POST login  302
2fa/webauthn/keys/<int:pk>/remove/                         GET  login  302
2fa/webauthn/keys/<int:pk>/remove/                         POST login  302
2fa/webauthn/login/                                        GET  302    302
2fa/webauthn/login/                                        POST 302    302
2fa/webauthn/reauthenticate/                               GET  login  302
2fa/webauthn/reauthenticate/                               POST login  302
3rdparty/                                                  GET  login  200
3rdparty/                                                  POST login  200
3rdparty/login/cancelled/                                  GET  200    200
3rdparty/login/cancelled/                                  POST 405    405
3rdparty/login/error/                                      GET  401    401
3rdparty/login/error/                                      POST 405    405
3rdparty/signup/                                           GET  302    302
3rdparty/signup/                                           POST 302    302
^confirm-email/(?P<key>[-:\w]+)/$                          GET  200    200
^confirm-email/(?P<key>[-:\w]+)/$                          POST 404    404
^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$ GET  200    200
^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$ POST 200    200
confirm-email/                                             GET  200    200
confirm-email/                                             POST 405    405
email/                                                     GET  login  200
email/                                                     POST login  302
inactive/                                                  GET  200    200
inactive/                                                  POST 405    405
login/                                                     GET  200    302
login/                                                     POST 200    302
login/code/                                                GET  200    302
login/code/                                                POST 200    302
login/code/confirm/                                        GET  302    302
login/code/confirm/                                        POST 302    302
logout/                                                    GET  302    200
logout/                                                    POST 302    302
password/change/                                           GET  login  200
password/change/                                           POST login  200
password/reset/                                            GET  200    200
password/reset/                                            POST 200    200
password/reset/done/                                       GET  200    200
password/reset/done/                                       POST 405    405
password/reset/key/done/                                   GET  200    200
password/reset/key/done/                                   POST 405    405
password/set/                                              GET  login  302
password/set/                                              POST login  302
reauthenticate/                                            GET  login  200
reauthenticate/                                            POST login  200
sessions/                                                  GET  login  200
sessions/                                                  POST login  302
signup/                                                    GET  200    302
signup/                                                    POST 200    302
social/connections/                                        GET  301    301
social/connections/                                        POST 301    301
social/login/cancelled/                                    GET  301    301
social/login/cancelled/                                    POST 301    301
social/login/error/                                        GET  301    301
social/login/error/                                        POST 301    301
social/signup/                                             GET  301    301
social/signup/                                             POST 301    301
zoho/login/                                                GET  404    404
zoho/login/                                                POST 405    405
zoho/login/callback/                                       GET  404    404
zoho/login/callback/                                       POST 405    405
"""

# Below admin/: the site's operators, who are no members of anything; nobody else.
OPERATORS = r"""
                                                                          nobody member operator
(empty)                                                              GET  login  login  200
(empty)                                                              POST login  login  200
(?P<url>.*)$                                                         GET  login  login  404
(?P<url>.*)$                                                         POST login  login  404
^(?P<app_label>portal|integrations|account|socialaccount|mfa|usersessions|auth)/$ GET  login  login  200
^(?P<app_label>portal|integrations|account|socialaccount|mfa|usersessions|auth)/$ POST login  login  200
autocomplete/                                                        GET  login  login  403
autocomplete/                                                        POST login  login  405
jsi18n/                                                              GET  login  login  200
jsi18n/                                                              POST login  login  405
login/                                                               GET  login  403    302
login/                                                               POST login  403    200
logout/                                                              GET  302    302    405
logout/                                                              POST 302    302    200
password_change/                                                     GET  login  login  200
password_change/                                                     POST login  login  200
r/<path:content_type_id>/<path:object_id>/                           GET  login  login  404
r/<path:content_type_id>/<path:object_id>/                           POST login  login  404
"""
