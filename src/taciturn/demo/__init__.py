"""`taciturn demo`: the two incidents, sent through the real proxy on loopback, once without and once with the rules.

    story      what is planted: files, a group and its members, all invented
    events     the requests, in the shapes that the trackers' scripts and a group app really send
    receivers  the receiving ends: what each wants of a request, and how it answers
    sink       one TLS server that is all of them, and writes down what arrives
    client     a browser's and an app's side, through the proxy
    search     looks for planted values in what arrived, through every layer, without taciturn's own decoder
    play       both runs, and what they prove

Nothing leaves the machine: every host is mapped to loopback, with certificates of an authority that lives in a
temporary folder.
"""
