"""Invented names of people, British and from all over, for a simulated network."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

_FIRST = """
Abiola Aisha Alan Alice Amir Anjali Ann Anwen Arjun Bea Ben Blessing Bronwen Callum Carys Chidi
Chloe Claire Colin Daisy David Deepa Denise Dev Ebony Eilidh Elaine Elif Emeka Emma Esther
Fatima Fiona Gareth Gita Grace Gwen Hamza Hannah Harpreet Hassan Hilary Ian Ines Isla Ivy Jamal
Janet Jas Jean Kemi Kiran Kofi Krishna Latoya Leila Liam Lin Lucy Magda Malik Maeve Marcus Maria
Maya Mei Mina Mohammed Nadia Neil Ngozi Niamh Nick Nisha Olu Omar Owen Pat Paul Pooja Rachel
Rhys Rita Ruth Sadia Sam Sanjay Sarah Shanice Simon Sofia Stella Sunil Tamara Tariq Tess Usha
Val Vikram Wendy Winston Xin Yasmin Yusuf Zara Zofia
"""
FIRST = tuple(_FIRST.split())
_LAST = """
Abara Achebe Adair Ahmed Akhtar Allcott Appleby Banerjee Barlow Bevan Bhatt Birch Brack Chan
Chaudhry Clegg Cole Coulter Dalby Das Dunmore Ekwueme Elmes Farrow Fenwick Flynn Garside Gill
Grewal Haddad Halloran Hartley Hussain Ibekwe Idle Jarvis Joshi Kaur Kelsey Khan Kowalski Lal
Larkin Lloyd Lomas Mahmood Marsh Mensah Mistry Morgan Nair Nowak Oakes Obi Okafor Osei Parry
Patel Penrose Popescu Price Quayle Rahman Rees Ridley Roper Sandhu Sattar Shah Silva Sloane
Stott Sutcliffe Tandy Thakur Tolley Usman Varga Wadham Walsh Wren Yilmaz Zaman
"""
LAST = tuple(_LAST.split())


def invented(rng: Random, taken: set[str]) -> Iterator[str]:
    """Endless names, none twice and none of those *taken* (numbered once all pairs are used)."""
    used = set(taken)
    while True:
        name = f"{rng.choice(FIRST)} {rng.choice(LAST)}"
        while name in used:
            name = f"{rng.choice(FIRST)} {rng.choice(LAST)}"
            if name in used and len(used) > len(FIRST) * len(LAST) // 2:
                name = f"{name} {len(used)}"
        used.add(name)
        yield name
