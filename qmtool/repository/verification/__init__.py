"""What `qm verify` reads: the objects of Git, the documents at the tip, anchors and remotes."""
