"""MakeHuman heads as a population: people of all ages and several origins, with hair and hats to put on.

`model` is what the packed file (`makehuman_heads.npz`) holds, `people` draws whom to make of it, `wearing`
fits what they wear, `population` gives heads in the canonical frame.
"""
