"""People: the domain that the others are shaped after, and the largest. Where to look for what:

| about            | drawers                                                                                   |
|------------------|-------------------------------------------------------------------------------------------|
| one person       | models, service, rules (who may change what), writing (all that a change writes), views   |
| many people      | directory (lists, names, counts), queries; search and kinds over columns                  |
| their places     | hierarchy (who is below whom), team, foresight (what an edit of many would do)            |
| as a file        | exports (asked for), tasks (made by the worker), acting (as whom)                         |
| store and HTTP   | table, repository; routes                                                                 |
"""
